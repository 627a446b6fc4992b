/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Names of call states, reasons and verbs, as they stand in REST, the store and the logs. Any
 * thread.
 */

#include <offhook/call.h>

#include <string.h>

#define MAX_TARGET 255

static const char *const offhook_call_verb_names[] = {
    [OFFHOOK_VERB_ANSWER] = "answer",
    [OFFHOOK_VERB_HANG_UP] = "hang-up",
    [OFFHOOK_VERB_SEND_DTMF] = "send-dtmf",
    [OFFHOOK_VERB_TRANSFER] = "transfer",
    [OFFHOOK_VERB_START_RECORDING] = "start-recording",
    [OFFHOOK_VERB_PAUSE_RECORDING] = "pause-recording",
    [OFFHOOK_VERB_STOP_RECORDING] = "stop-recording",
    [OFFHOOK_VERB_RESUME_RECORDING] = "resume-recording",
    [OFFHOOK_VERB_PLAY] = "play",
    [OFFHOOK_VERB_HOLD] = "hold",
    [OFFHOOK_VERB_UNHOLD] = "unhold",
    [OFFHOOK_VERB_MUTE] = "mute",
    [OFFHOOK_VERB_UNMUTE] = "unmute",
    [OFFHOOK_VERB_BRIDGE] = "bridge",
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

static const char *const offhook_answered_by_names[] = {
    [OFFHOOK_ANSWERED_BY_UNKNOWN] = "unknown", [OFFHOOK_ANSWERED_BY_HUMAN] = "human",
    [OFFHOOK_ANSWERED_BY_MACHINE] = "machine", [OFFHOOK_ANSWERED_BY_MACHINE_BEEP] = "machine-beep",
    [OFFHOOK_ANSWERED_BY_FAX] = "fax",
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_answered_by_names) == OFFHOOK_ANSWERED_BY_LAST);

static const char *const offhook_recording_state_names[] = {
    [OFFHOOK_RECORDING_RUNNING] = "recording", [OFFHOOK_RECORDING_PAUSED] = "paused",
    [OFFHOOK_RECORDING_READY] = "completed",   [OFFHOOK_RECORDING_ABSENT] = "absent",
    [OFFHOOK_RECORDING_FAILED] = "failed",
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_recording_state_names) == OFFHOOK_RECORDING_LAST);

static const char *const offhook_message_state_names[] = {
    [OFFHOOK_MESSAGE_QUEUED] = "queued",       [OFFHOOK_MESSAGE_SENT] = "sent",
    [OFFHOOK_MESSAGE_DELIVERED] = "delivered", [OFFHOOK_MESSAGE_UNDELIVERED] = "undelivered",
    [OFFHOOK_MESSAGE_FAILED] = "failed",       [OFFHOOK_MESSAGE_RECEIVED] = "received",
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_message_state_names) == OFFHOOK_MESSAGE_LAST);

static const char *const offhook_machine_detection_names[] = {
    [OFFHOOK_DETECT_NOTHING] = "off",
    [OFFHOOK_DETECT_MACHINE] = "detect",
    [OFFHOOK_DETECT_BEEP] = "beep",
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_machine_detection_names) == OFFHOOK_DETECT_LAST);

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

const char *
offhook_answered_by_to_string(OffhookAnsweredBy by)
{
	g_return_val_if_fail(by < OFFHOOK_ANSWERED_BY_LAST, NULL);

	return offhook_answered_by_names[by];
}

const char *
offhook_recording_state_to_string(OffhookRecordingState state)
{
	g_return_val_if_fail(state < OFFHOOK_RECORDING_LAST, NULL);

	return offhook_recording_state_names[state];
}

const char *
offhook_message_state_to_string(OffhookMessageState state)
{
	g_return_val_if_fail(state < OFFHOOK_MESSAGE_LAST, NULL);

	return offhook_message_state_names[state];
}

gboolean
offhook_machine_detection_from_string(const char *word, OffhookMachineDetection *wanted)
{
	for (guint i = 0; i < OFFHOOK_DETECT_LAST; i++) {
		if (g_strcmp0(word, offhook_machine_detection_names[i]) != 0)
			continue;
		*wanted = i;
		return TRUE;
	}
	return FALSE;
}

gboolean
offhook_phone_number_is_valid(const char *number)
{
	gsize digits;

	if (number == NULL || number[0] != '+' || number[1] == '0')
		return FALSE;
	digits = strspn(number + 1, "0123456789");
	return digits >= 7 && digits <= 15 && number[1 + digits] == '\0';
}

gboolean
offhook_phone_target_is_valid(const char *target, const char *const *schemes)
{
	const char *address;

	if (target == NULL || strlen(target) > MAX_TARGET)
		return FALSE;
	for (guint i = 0; schemes[i] != NULL; i++) {
		if (!g_str_has_prefix(target, schemes[i]))
			continue;
		address = target + strlen(schemes[i]);
		for (const char *p = address; *p != '\0'; p++)
			if (!g_ascii_isgraph(*p))
				return FALSE;
		return *address != '\0';
	}
	return offhook_phone_number_is_valid(target);
}
