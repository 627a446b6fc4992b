/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as what the program of the remote agent says, whole and as a message of its WebSocket: an
 * answer or an error that names something, and what is said and done is UTF-8 and within its limits.
 */

#include "remote-message.h"

#include <offhook/error.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check_answer(const OffhookRemoteAnswer *answer)
{
	g_assert_true(answer->say == NULL || (g_utf8_validate(answer->say, -1, NULL) &&
					      strlen(answer->say) <= OFFHOOK_REMOTE_MAX_SAY));
	/* those of "hand_over" and "end" come on top */
	g_assert_cmpuint(answer->acts->len, <=, OFFHOOK_REMOTE_MAX_ACTIONS + 2);
	for (guint i = 0; i < answer->acts->len; i++) {
		const OffhookRemoteAct *act = g_ptr_array_index(answer->acts, i);

		g_assert_true(act->argument != NULL || act->action == OFFHOOK_ACTION_HANG_UP);
		g_assert_true(act->argument == NULL || g_utf8_validate(act->argument, -1, NULL));
		g_assert_true(act->summary == NULL || g_utf8_validate(act->summary, -1, NULL));
	}
	if (answer->expect != NULL)
		g_assert_cmpuint(
		    g_strv_length((char **)offhook_expectation_get_phrases(answer->expect)), <=,
		    OFFHOOK_REMOTE_MAX_PHRASES);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) message_error = NULL;
	g_autofree char *text = g_malloc(size + 1);
	g_autoptr(OffhookRemoteAnswer) answer = NULL;
	g_autoptr(OffhookRemoteMessage) message = NULL;

	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	answer = offhook_remote_answer_parse(text, size, &error);
	g_assert_true((answer == NULL) == (error != NULL));
	if (answer != NULL)
		check_answer(answer);
	else
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	message = offhook_remote_message_parse(text, size, &message_error);
	if (message != NULL)
		check_answer(message->answer);
	else if (message_error != NULL)
		g_assert_error(message_error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	return 0;
}
