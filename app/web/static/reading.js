// Brings the highlighted sentence into view on the reading page.
import { revealQuote } from "./reader.js";

const quote = document.getElementById("quote");
if (quote) revealQuote(quote);
