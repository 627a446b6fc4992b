/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The names of what can go wrong. */

#include "fault.h"

static const struct {
	const gchar *name;
	guint fault;
} offhook_emu_faults[] = {
    {"slow", OFFHOOK_EMU_FAULT_SLOW},           {"stall", OFFHOOK_EMU_FAULT_STALL},
    {"half-open", OFFHOOK_EMU_FAULT_HALF_OPEN}, {"reset", OFFHOOK_EMU_FAULT_RESET},
    {"close", OFFHOOK_EMU_FAULT_CLOSE},         {"cut", OFFHOOK_EMU_FAULT_CUT},
    {"error", OFFHOOK_EMU_FAULT_ERROR},         {"garbage", OFFHOOK_EMU_FAULT_GARBAGE},
    {"abort", OFFHOOK_EMU_FAULT_ABORT},         {"error-200", OFFHOOK_EMU_FAULT_ERROR_200},
    {"html", OFFHOOK_EMU_FAULT_HTML},           {"bytes", OFFHOOK_EMU_FAULT_BYTES},
    {"whole", OFFHOOK_EMU_FAULT_WHOLE},         {"400", OFFHOOK_EMU_FAULT_STATUS + 400},
    {"401", OFFHOOK_EMU_FAULT_STATUS + 401},    {"403", OFFHOOK_EMU_FAULT_STATUS + 403},
    {"404", OFFHOOK_EMU_FAULT_STATUS + 404},    {"429", OFFHOOK_EMU_FAULT_STATUS + 429},
    {"500", OFFHOOK_EMU_FAULT_STATUS + 500},    {"503", OFFHOOK_EMU_FAULT_STATUS + 503},
};

gboolean
offhook_emu_fault_find(const gchar *name, OffhookEmuFault *fault)
{
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_faults); i++)
		if (g_str_equal(offhook_emu_faults[i].name, name)) {
			*fault = offhook_emu_faults[i].fault;
			return TRUE;
		}
	return FALSE;
}

gchar *
offhook_emu_fault_list(void)
{
	GString *list = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_faults); i++)
		g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", offhook_emu_faults[i].name);
	return g_string_free(list, FALSE);
}

guint
offhook_emu_fault_get_status(OffhookEmuFault fault)
{
	return fault > OFFHOOK_EMU_FAULT_STATUS ? fault - OFFHOOK_EMU_FAULT_STATUS : 0;
}
