"use strict";
{
  const place = document.getElementById("api");
  const { openapi } = place.dataset;
  if (window.SwaggerUIBundle === undefined) {
    document.getElementById("missing").hidden = false;
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
