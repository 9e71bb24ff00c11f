// The button does what Ctrl-P does; without scripts it is not shown.
const button = document.getElementById("print");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
