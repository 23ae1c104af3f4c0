// The theme that was chosen on the map, before anything is drawn; without one the style sheet follows the system.
try {
  const theme = localStorage.getItem("netseam-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be switched off.
}
