"use strict";
{
  const place = document.getElementById("api");
  const { openapi } = place.dataset;
  if (window.SwaggerUIBundle === undefined) {
    place.textContent =
      "The files of this page are not installed: `pip install fastapi-offline` on the server. " +
      `The API is described in ${openapi}.`;
  } else {
    window.SwaggerUIBundle({
      url: openapi,
      domNode: place,
      deepLinking: true,
      displayOperationId: true,
      // Nothing is sent to a validator on the Internet.
      validatorUrl: null,
      supportedSubmitMethods: ["get", "post", "put", "patch", "delete", "head"],
    });
  }
}
