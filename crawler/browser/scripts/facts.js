// What the settled page says of itself.
() => ({
  title: document.title.slice(0, 300),
  language: document.documentElement.getAttribute('lang'),
  elements: document.getElementsByTagName('*').length,
  is_html: document.contentType === 'text/html' || document.contentType === 'application/xhtml+xml',
})
