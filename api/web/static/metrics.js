// The page of metrics: search among them, and draw one.

import { draw } from "./told.js";

const search = document.querySelector("#search");
const articles = [...document.querySelectorAll(".metric")];

search.addEventListener("input", () => {
  const wanted = search.value.trim().toLocaleLowerCase();
  let shown = 0;
  for (const article of articles) {
    article.hidden = !article.textContent.toLocaleLowerCase().includes(wanted);
    shown += article.hidden ? 0 : 1;
  }
  for (const scope of document.querySelectorAll(".scope")) {
    scope.hidden = !scope.querySelector(".metric:not([hidden])");
  }
  document.querySelector("#none").hidden = shown > 0;
});

for (const button of document.querySelectorAll("[data-metric]")) {
  button.addEventListener("click", () => {
    const plot = button.nextElementSibling;
    const query = `?metric=${button.dataset.metric}`;
    plot.hidden = false;
    button.hidden = true;
    draw(plot, {
      title: button.dataset.title,
      spec_url: `/api/v1/charts/metric_trend/spec${query}`,
      png_url: `/api/v1/charts/metric_trend.png${query}`,
    });
  });
}
