/** A page of one heading and one button, for when the app itself must not or cannot start. Uses nothing of the app. */
export function showPlainPage({
  title,
  text,
  action,
}: {
  title: string;
  text: string;
  action: { name: string; href: string } | { name: string; act: () => void };
}): void {
  const main = document.createElement("main");
  main.className = "plain-page";
  const heading = document.createElement("h1");
  heading.textContent = title;
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  main.append(heading, paragraph, "href" in action ? link(action) : button(action));
  (document.getElementById("root") ?? document.body).replaceChildren(main);
}

function link({ name, href }: { name: string; href: string }): HTMLElement {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.target = "_blank";
  anchor.rel = "noopener";
  anchor.textContent = name;
  return anchor;
}

function button({ name, act }: { name: string; act: () => void }): HTMLElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = name;
  element.addEventListener("click", act);
  return element;
}
