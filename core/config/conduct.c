/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads what an assistant is to do when it can't do its work. Any thread.
 */

#include "config/conduct.h"

#include <string.h>

gboolean
offhook_conduct_parse(OffhookConduct *self, const char *text, const char *go_on)
{
	static const struct {
		const char *prefix;
		OffhookConductType type;
	} targeted[] = {
	    {"transfer:", OFFHOOK_CONDUCT_TRANSFER},
	    {"assistant:", OFFHOOK_CONDUCT_ASSISTANT},
	};

	*self = (OffhookConduct){.type = OFFHOOK_CONDUCT_GO_ON};
	if (g_str_equal(text, go_on))
		return TRUE;
	if (g_str_equal(text, "hang-up")) {
		self->type = OFFHOOK_CONDUCT_HANG_UP;
		return TRUE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(targeted); i++) {
		const char *target = text + strlen(targeted[i].prefix);

		if (!g_str_has_prefix(text, targeted[i].prefix) || *target == '\0')
			continue;
		self->type = targeted[i].type;
		self->target = g_strstrip(g_strdup(target));
		return *self->target != '\0';
	}
	return FALSE;
}

void
offhook_conduct_clear(OffhookConduct *self)
{
	g_clear_pointer(&self->target, g_free);
}
