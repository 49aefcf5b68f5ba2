// What stands in the tab: whether it is HTML, and its beginning as HTML.
({ most }) => ({
  is_html: document.contentType === 'text/html' || document.contentType === 'application/xhtml+xml',
  html: document.documentElement ? document.documentElement.outerHTML.slice(0, most) : '',
})
