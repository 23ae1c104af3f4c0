/** How Chromium is started by whatever drives it. */
export declare const launchOptions: { readonly executablePath: string; readonly args: string[] };
