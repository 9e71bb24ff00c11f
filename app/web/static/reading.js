// Brings the highlighted sentence into view, without motion for those who want none.
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
document.getElementById("quote")?.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
