import { mount } from "svelte";
import { StreamClient } from "./api/client";
import "./theme/tokens.css";
import "./theme/fonts.css";
import "./theme/base.css";
import App from "./ui/app.svelte";
import { pageKey } from "./ui/context";
import { Page } from "./ui/page";

const page = new Page();
const target = document.getElementById("app");
if (target === null) throw new Error("the page has no element to draw in");
mount(App, { target, context: new Map([[pageKey, page]]) });
page.follow(new StreamClient((event) => page.receive(event)));
