import { registry } from "@web/core/registry";

/** Drop a file on the element, as from the desktop. */
function drop(element, name, content) {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], name, { type: "application/pdf" }));
    for (const type of ["dragover", "drop"]) {
        element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
    }
}

// On the dossier: the missing paper is dropped on its line, and an expiring one is chosen with its day of issue.
registry.category("web_tour.tours").add("cartera_papeles", {
    steps: () => [
        {
            content: "What is missing is on the dossier",
            trigger: '.oe_stat_button:contains("Papers Missing"):contains("2")',
        },
        {
            content: "The tab of the papers",
            trigger: '.o_notebook_headers a:contains("Papers")',
            run: "click",
        },
        {
            content: "Drop the file on the line that misses it",
            trigger: '.cartera_papel:contains("Documento de identidad"):contains("Missing")',
            run() {
                drop(this.anchor, "cedula.pdf", "%PDF-1.4 cedula");
            },
        },
        {
            content: "It is on file",
            trigger: '.cartera_papel:contains("Documento de identidad"):contains("Filed")',
        },
        {
            content: "Say when the certificate was issued",
            trigger: '.cartera_papel:contains("Certificado de existencia") input[type="date"]',
            run() {
                this.anchor.value = "2026-07-01";
                this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            content: "And drop it",
            trigger: '.cartera_papel:contains("Certificado de existencia")',
            run() {
                drop(this.anchor, "existencia.pdf", "%PDF-1.4 existencia");
            },
        },
        {
            content: "It is on file until it expires",
            trigger: '.cartera_papel:contains("Certificado de existencia"):contains("Valid until")',
        },
        {
            content: "Nothing is missing any more",
            trigger: '.o_form_view:not(:has(.oe_stat_button:contains("Papers Missing")))',
        },
    ],
});
