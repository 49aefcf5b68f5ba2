// Progressive extra: filters the rows of the grids and the municipality pages by name. Without it everything is shown.
(function () {
  var box = document.querySelector("[data-filter]");
  if (!box) { return; }
  box.hidden = false;
  var input = box.querySelector("input"), message = box.querySelector("[role=status]");
  input.addEventListener("input", function () {
    var wanted = input.value.trim().toLocaleLowerCase(), seen = 0;
    document.querySelectorAll("[data-name]").forEach(function (item) {
      var hit = item.dataset.name.toLocaleLowerCase().indexOf(wanted) >= 0;
      item.hidden = !hit;
      if (hit) { seen += 1; }
    });
    message.textContent = seen ? "" : message.dataset.none;
  });
})();
