// Sends the reader on to where the page has moved, with the query and fragment of the old address.
const target = new URL(document.getElementById("target").href);
if (location.search) target.search = location.search;
if (location.hash) target.hash = location.hash;
location.replace(target);
