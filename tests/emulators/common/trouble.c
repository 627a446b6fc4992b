/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The names of what can go wrong with a service. */

#include "trouble.h"

#include <string.h>

#define OFFHOOK_EMU_TROUBLE_MID "mid-"

static const struct {
	const gchar *name;
	OffhookEmuTroubleKind kind;
	guint status;
} offhook_emu_troubles[] = {
    {"slow-first", OFFHOOK_EMU_TROUBLE_SLOW_FIRST, 0},
    {"stall", OFFHOOK_EMU_TROUBLE_STALL, 0},
    {"half-open", OFFHOOK_EMU_TROUBLE_HALF_OPEN, 0},
    {"401", OFFHOOK_EMU_TROUBLE_STATUS, 401},
    {"429", OFFHOOK_EMU_TROUBLE_STATUS, 429},
    {"500", OFFHOOK_EMU_TROUBLE_STATUS, 500},
    {"error-in-200", OFFHOOK_EMU_TROUBLE_ERROR_IN_200, 0},
    {"garbage", OFFHOOK_EMU_TROUBLE_GARBAGE, 0},
    {"close-1011", OFFHOOK_EMU_TROUBLE_CLOSE_1011, 0},
};

gboolean
offhook_emu_trouble_find(const gchar *name, OffhookEmuTrouble *trouble)
{
	*trouble = (OffhookEmuTrouble){OFFHOOK_EMU_TROUBLE_NONE, 0, FALSE};
	if (g_str_equal(name, "none"))
		return TRUE;
	if (g_str_has_prefix(name, OFFHOOK_EMU_TROUBLE_MID)) {
		trouble->mid = TRUE;
		name += strlen(OFFHOOK_EMU_TROUBLE_MID);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_troubles); i++) {
		if (!g_str_equal(offhook_emu_troubles[i].name, name))
			continue;
		trouble->kind = offhook_emu_troubles[i].kind;
		trouble->status = offhook_emu_troubles[i].status;
		/* What comes first can't come late in the middle. */
		return !trouble->mid || trouble->kind != OFFHOOK_EMU_TROUBLE_SLOW_FIRST;
	}
	return FALSE;
}

gchar *
offhook_emu_trouble_list(void)
{
	GString *list = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_troubles); i++)
		g_string_append_printf(list, "%s%s", i > 0 ? ", " : "",
				       offhook_emu_troubles[i].name);
	g_string_append(list, "; all but the first with mid- before them, too");
	return g_string_free(list, FALSE);
}
