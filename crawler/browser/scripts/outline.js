// Marks an element for its picture and says where it stands on the page; nothing for one that is not to be seen.
selector => {
  for (const marked of document.querySelectorAll('[style*="rgb(213, 0, 109)"]')) marked.style.removeProperty('outline');
  const element = document.querySelector(selector);
  if (!element || element === document.documentElement || element === document.body) return null;
  const box = element.getBoundingClientRect();
  if (box.width < 1 || box.height < 1) return null;
  element.style.setProperty('outline', '3px solid #d5006d', 'important');
  element.style.setProperty('outline-offset', '2px', 'important');
  return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height,
    pageWidth: document.documentElement.clientWidth, pageHeight: document.documentElement.scrollHeight };
}
