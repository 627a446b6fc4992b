/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Names of call states, reasons and verbs, as they stand in REST, the store and the logs. Any
 * thread.
 */

#include <offhook/call.h>

static const char *const offhook_call_verb_names[] = {
    [OFFHOOK_VERB_ANSWER] = "answer",
    [OFFHOOK_VERB_HANG_UP] = "hang-up",
    [OFFHOOK_VERB_SEND_DTMF] = "send-dtmf",
    [OFFHOOK_VERB_TRANSFER] = "transfer",
    [OFFHOOK_VERB_START_RECORDING] = "start-recording",
    [OFFHOOK_VERB_PAUSE_RECORDING] = "pause-recording",
    [OFFHOOK_VERB_STOP_RECORDING] = "stop-recording",
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_call_verb_names) == OFFHOOK_VERB_LAST);

static const char *const offhook_call_state_names[] = {
    [OFFHOOK_CALL_NEW] = "initiating",
    [OFFHOOK_CALL_RINGING] = "ringing",
    [OFFHOOK_CALL_ACTIVE] = "in-progress",
    [OFFHOOK_CALL_ENDED] = "ended",
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_call_state_names) == OFFHOOK_CALL_STATE_LAST);

static const char *const offhook_end_reason_names[] = {
    [OFFHOOK_END_NONE] = "none",
    [OFFHOOK_END_COMPLETED] = "completed",
    [OFFHOOK_END_TRANSFERRED] = "transferred",
    [OFFHOOK_END_BUSY] = "busy",
    [OFFHOOK_END_NO_ANSWER] = "no-answer",
    [OFFHOOK_END_CANCELED] = "canceled",
    [OFFHOOK_END_REJECTED] = "rejected",
    [OFFHOOK_END_FAILED] = "failed",
    [OFFHOOK_END_INTERRUPTED] = "interrupted",
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_end_reason_names) == OFFHOOK_END_LAST);

const char *
offhook_call_verb_to_string(OffhookCallVerb verb)
{
	g_return_val_if_fail(verb < OFFHOOK_VERB_LAST, NULL);

	return offhook_call_verb_names[verb];
}

const char *
offhook_call_state_to_string(OffhookCallState state)
{
	g_return_val_if_fail(state < OFFHOOK_CALL_STATE_LAST, NULL);

	return offhook_call_state_names[state];
}

const char *
offhook_end_reason_to_string(OffhookEndReason reason)
{
	g_return_val_if_fail(reason < OFFHOOK_END_LAST, NULL);

	return offhook_end_reason_names[reason];
}

const char *
offhook_call_direction_to_string(OffhookCallDirection direction)
{
	return direction == OFFHOOK_CALL_INBOUND ? "inbound" : "outbound";
}

OffhookEndReason
offhook_end_reason_from_string(const char *word)
{
	for (guint i = 0; i < OFFHOOK_END_LAST; i++)
		if (g_strcmp0(word, offhook_end_reason_names[i]) == 0)
			return i;
	return OFFHOOK_END_NONE;
}
