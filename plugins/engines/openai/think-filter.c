/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A comparison with one tag at a time, character by character. One thread.
 */

#include "think-filter.h"

static const char *
offhook_think_filter_get_tag(const OffhookThinkFilter *self)
{
	return self->inside ? "</think>" : "<think>";
}

/* What was taken for the beginning of a tag is text after all. */
static void
offhook_think_filter_give_back(OffhookThinkFilter *self, GString *out)
{
	if (!self->inside)
		g_string_append_len(out, offhook_think_filter_get_tag(self), self->matched);
	self->matched = 0;
}

static void
offhook_think_filter_take(OffhookThinkFilter *self, char c, GString *out)
{
	const char *tag = offhook_think_filter_get_tag(self);

	/* '<' stands only at the beginning of a tag, so no other beginning is hidden in this one. */
	if (c != tag[self->matched]) {
		offhook_think_filter_give_back(self, out);
		if (c != '<') {
			gboolean blank = self->after && g_ascii_isspace(c);

			if (!self->inside && !blank) {
				g_string_append_c(out, c);
				self->after = FALSE;
			}
			return;
		}
	}
	self->matched++;
	if (tag[self->matched] != '\0')
		return;
	self->after = self->inside;
	self->inside = !self->inside;
	self->matched = 0;
}

void
offhook_think_filter_push(OffhookThinkFilter *self, const char *text, GString *out)
{
	for (; *text != '\0'; text++)
		offhook_think_filter_take(self, *text, out);
}

void
offhook_think_filter_finish(OffhookThinkFilter *self, GString *out)
{
	offhook_think_filter_give_back(self, out);
}
