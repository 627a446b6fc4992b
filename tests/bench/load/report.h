/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A run's figures, as JSON and for people. */
#pragma once

#include "run.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** (transfer full) */
JsonObject *load_report_new(LoadRun *run);
void load_report_print(JsonObject *report);
gboolean load_report_write(JsonObject *report, const char *path, GError **error);

G_END_DECLS
