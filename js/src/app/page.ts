// The entry point of the relay's plain pages: the landing page and a document.
import { embed } from "./widget.js";

embed(document.getElementById("tsvshare"));
