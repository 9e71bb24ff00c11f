// Mounts the chat on this page.
import { Chat } from "./chat.js";

new Chat(document.getElementById("accord")).start();
