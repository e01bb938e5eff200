import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { checkFileSize } from "@web/core/utils/files";
import { useService } from "@web/core/utils/hooks";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { FileUploader } from "@web/views/fields/file_handler";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useState } from "@odoo/owl";

const { DateTime } = luxon;

/** The checklist of a dossier: each document with its state, where a file is dropped or chosen to be filed. */
export class Papeles extends Component {
    static template = "cartera_cobro.Papeles";
    static components = { FileUploader };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({ over: null });
        // Days of issue typed, by line; not reactive: a date half typed must not be drawn again.
        this.dates = {};
        this.labels = {
            filed: _t("Filed"),
            expired: _t("Expired"),
            missing: _t("Missing"),
            optional: _t("Optional"),
        };
        this.badges = {
            filed: "text-bg-success",
            expired: "text-bg-warning",
            missing: "text-bg-danger",
            optional: "text-bg-light",
        };
    }

    get checklist() {
        return this.props.record.data[this.props.name] || { can_file: false, rows: [] };
    }

    issued(row) {
        return this.dates[row.key] || this.checklist.today;
    }

    day(iso) {
        return DateTime.fromISO(iso).toLocaleString(DateTime.DATE_MED);
    }

    async onDrop(row, ev) {
        this.state.over = null;
        const [file] = ev.dataTransfer.files;
        if (file && this.checklist.can_file && checkFileSize(file.size, this.notification)) {
            const data = await getDataURLFromFile(file);
            await this.file(row, { name: file.name, data: data.split(",")[1] });
        }
    }

    async file(row, { name, data }) {
        const { record } = this.props;
        await this.orm.create("cartera.documento", [
            {
                expediente_id: record.resId,
                tipo_id: row.tipo_id,
                cuenta_id: row.cuenta_id,
                acuerdo_id: row.acuerdo_id,
                date_issued: row.days_valid ? this.issued(row) : false,
                file_name: name,
                file: data || false,
            },
        ]);
        delete this.dates[row.key];
        this.notification.add(_t("%s is on file.", row.name), { type: "success" });
        await record.load();
    }

    open(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "cartera.documento",
            res_id: row.documento_id,
            views: [[false, "form"]],
            target: "new",
        });
    }
}

registry.category("fields").add("cartera_papeles", { component: Papeles, supportedTypes: ["json"] });
