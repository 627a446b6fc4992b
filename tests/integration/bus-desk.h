/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A daemon on a bus of the test's own, with an assistant that takes calls of the loopback driver.
 */
#pragma once

#include "bus.h"

G_BEGIN_DECLS

#define BUS_DESK_NUMBER  "+15550100001"
#define BUS_DESK_PLUGINS "@ROOT@/tests/integration/moody:@DIR@/drop"
#define BUS_DESK_ASSISTANT                                                                         \
	"[assistant:desk]\ndriver=loopback\nagents=moody, input\ntts=flite\ngreeting=Hello "       \
	"there.\n"                                                                                 \
	"prompt=Be kind.\n" FIXTURE_PATIENT
#define BUS_DESK_CONFIG                                                                            \
	"[driver:loopback]\nhangup-after-silence-ms=0\n"                                           \
	"[plugins]\npath=" BUS_DESK_PLUGINS "\n" BUS_DESK_ASSISTANT

/** With the build's folder put in. (transfer full) */
char *bus_desk_expand(const char *text);
void bus_desk_set_up(Bus *bus, gconstpointer data);
void bus_desk_do(Bus *bus, const char *path, const char *interface, const char *method,
		 GVariant *parameters);
GVariant *bus_desk_ask(Bus *bus, const char *method, GVariant *parameters);
/** (transfer full): where the call is; it is answered */
char *bus_desk_place(Bus *bus);
void bus_desk_end(Bus *bus, const char *path);
/** The daemon ends by itself, and well. */
void bus_desk_wait_end(Bus *bus);

G_END_DECLS
