import { registry } from "@web/core/registry";

/** A picture of one point, as a file chosen in the phone's gallery. */
function choosePicture(input) {
    const point = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const bytes = Uint8Array.from(atob(point), (char) => char.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "comprobante.png", { type: "image/png" }));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

// The debtor, on a phone: a picture of the receipt, how much, when, and it is being checked.
registry.category("web_tour.tours").add("cartera_comprobante", {
    steps: () => [
        {
            content: "The form is open: nothing was sent yet",
            trigger: 'input[name="archivo"]',
            run({ anchor }) {
                choosePicture(anchor);
            },
        },
        { content: "How much", trigger: 'input[name="valor"]', run: "edit 1.000" },
        {
            content: "Which day",
            trigger: 'input[name="fecha"]',
            run({ anchor }) {
                anchor.value = "2026-07-14";
            },
        },
        { content: "Where", trigger: 'input[name="banco"]', run: "edit Corresponsal" },
        { content: "Its number", trigger: 'input[name="referencia"]', run: "edit CUS 4512" },
        { content: "Who", trigger: 'input[name="nombre"]', run: "edit Juana Deudora" },
        {
            content: "Nothing goes beyond the phone's width",
            trigger: "body",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error(`The page is ${document.documentElement.scrollWidth} px wide`);
                }
            },
        },
        {
            content: "Send it",
            trigger: 'button[type="submit"]:contains("Enviar el soporte")',
            run: "click",
            expectUnloadPage: true,
        },
        { content: "It is here, with its number", trigger: '.alert-success:contains("Lo recibimos con el número 2026-00001")' },
        { content: "And it is being checked", trigger: '.o_cartera_comprobante:contains("CUS 4512") .badge:contains("En revisión")' },
    ],
});
