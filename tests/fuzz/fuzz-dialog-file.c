/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a script of the dialog agent: it is refused with a reason, or it can be talked to
 * and says valid text.
 */

#include "dialog-talk.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
talk(OffhookDialogScript *script)
{
	static const char *const messages[] = {
	    "book a table for four", "friday", "at eight", "no", "yes", "say that again"};
	g_autoptr(OffhookDialogTalk) conversation =
	    offhook_dialog_talk_new(script, "fuzz", "+15550100000", 1);
	g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 23, 15, 0, 0);

	for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
		OffhookDialogInput input = {
		    .kind = i == 0 ? OFFHOOK_TURN_START : OFFHOOK_TURN_MESSAGE,
		    .message = messages[i],
		    .confidence = 1.0,
		    .now = now,
		};
		g_auto(OffhookDialogOutput) output = {0};
		g_autoptr(OffhookExpectation) expectation = NULL;

		offhook_dialog_talk_take(conversation, &input, &output);
		expectation = offhook_dialog_talk_expect(conversation);
		g_assert_true(g_utf8_validate(output.say, -1, NULL));
		g_assert_nonnull(expectation);
		if (output.action == OFFHOOK_DIALOG_DO_TRANSFER)
			g_assert_nonnull(output.argument);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDialogScript) script = NULL;

	if (size > 64 * 1024)
		return 0;
	script = offhook_dialog_script_parse((const char *)data, size, "fuzz", &error);
	g_assert_true((script != NULL) != (error != NULL));
	if (script != NULL)
		talk(script);
	else
		g_assert_true(*error->message != '\0');
	return 0;
}
