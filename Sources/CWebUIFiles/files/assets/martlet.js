// Conveniences of the pages; each page works without them.
(function () {
  "use strict";

  // A button that shows what is typed into a password field. The page that is left shows nothing.
  function addReveal(input) {
    var label = document.querySelector("label[for='" + input.id + "']");
    var button = document.createElement("button");
    button.type = "button";
    button.className = "reveal";
    button.setAttribute("aria-controls", input.id);

    function reveal(shown) {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? "Hide" : "Show";
      button.setAttribute("aria-label", (shown ? "Hide: " : "Show: ") + label.textContent);
    }

    var wrapper = document.createElement("div");
    wrapper.className = "revealable";
    var focused = document.activeElement === input;
    input.parentNode.insertBefore(wrapper, input);
    wrapper.appendChild(input);
    wrapper.appendChild(button);
    // Moving a field takes the focus from it.
    if (focused) input.focus();

    button.addEventListener("click", function () { reveal(input.type === "password"); });
    // Browsers remember what was in a text field, so it is a password field again before it is sent.
    input.form.addEventListener("submit", function () { reveal(false); });
    window.addEventListener("pagehide", function () { reveal(false); });
    reveal(false);
  }

  Array.prototype.forEach.call(document.querySelectorAll("input[type=password]"), addReveal);
})();
