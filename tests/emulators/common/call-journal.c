/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What every carrier writes down of a call: what was done wrong, how its stream ended, and how it. */

#include "call-journal.h"

#define OFFHOOK_EMU_MAX_PROBLEMS 1000

void
offhook_emu_call_journal_problem(OffhookEmuJournal *self, OffhookEmuResult *result,
				 const gchar *text)
{
	JsonObject *fields = json_object_new();

	if (result->problems->len < OFFHOOK_EMU_MAX_PROBLEMS)
		g_ptr_array_add(result->problems, g_strdup(text));
	json_object_set_string_member(fields, "text", text);
	offhook_emu_journal_add(self, g_get_monotonic_time(), "error", fields, "ERROR   %s", text);
}

void
offhook_emu_call_journal_note(OffhookEmuJournal *self, const gchar *event, const gchar *key,
			      const gchar *value, const gchar *text)
{
	JsonObject *fields = json_object_new();

	json_object_set_string_member(fields, key, value);
	offhook_emu_journal_add(self, g_get_monotonic_time(), event, fields,
				text != NULL ? "%s%s" : NULL, text, value);
}

void
offhook_emu_call_journal_fault(OffhookEmuJournal *self, OffhookEmuResult *result, const gchar *text)
{
	g_free(result->fault);
	result->fault = g_strdup(text);
	offhook_emu_call_journal_note(self, "fault", "text", text, "fault   ");
}

void
offhook_emu_call_journal_stream_end(OffhookEmuJournal *self, OffhookEmuLine *line,
				    const OffhookEmuStreamEnd *end)
{
	JsonObject *fields = json_object_new();
	const gchar *who = end->timed_out ? "nobody" : end->by_server ? "server" : "caller";

	json_object_set_string_member(fields, "by", who);
	json_object_set_int_member(fields, "code", end->code);
	json_object_set_int_member(fields, "played_ms", offhook_emu_line_get_played_ms(line));
	if (end->after_fault_ms >= 0)
		json_object_set_int_member(fields, "after_fault_ms", end->after_fault_ms);
	offhook_emu_journal_add(self, g_get_monotonic_time(), "stream-closed", fields,
				"stream  closed by %s, code %u", who, end->code);
}

void
offhook_emu_call_journal_end(OffhookEmuJournal *self, OffhookEmuLine *line,
			     const OffhookEmuResult *result)
{
	static const gchar *const names[] = {
	    [OFFHOOK_EMU_OUTCOME_NONE] = "none",
	    [OFFHOOK_EMU_OUTCOME_FAILED] = "failed",
	    [OFFHOOK_EMU_OUTCOME_REJECTED] = "rejected",
	    [OFFHOOK_EMU_OUTCOME_TRANSFERRED] = "transferred",
	    [OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP] = "server-hung-up",
	    [OFFHOOK_EMU_OUTCOME_CALLER_HUNG_UP] = "caller-hung-up",
	};
	JsonObject *fields = json_object_new();

	json_object_set_string_member(fields, "outcome", names[result->outcome]);
	json_object_set_int_member(fields, "played_ms", offhook_emu_line_get_played_ms(line));
	json_object_set_int_member(fields, "problems", result->problems->len);
	offhook_emu_journal_add(self, g_get_monotonic_time(), "call-ended", fields,
				"call    ended: %s", names[result->outcome]);
}
