// The theme wraps wide tables so that they scroll. Make them reachable with the keyboard, too.
new MutationObserver(() => {
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
    table.tabIndex = 0;
  }
}).observe(document.documentElement, { childList: true, subtree: true });
