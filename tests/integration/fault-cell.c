/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls, and what was heard in them.
 */

#include "fault-cell.h"

#include "harness.h"

#include <string.h>

/*
 * Patient with what breaks off: it may go on. But he has asked before he is asked whether he is still
 * there.
 */
#define TURN_GAP_MS 6500

#define CALLER                                                                                     \
	"--to '@URL@' --auth-token " FIXTURE_AUTH_TOKEN " --log '@DIR@/call-%u.jsonl' --quiet "    \
	"--from %s --to-number %s --greeting-timeout %.0f --answer-timeout %.0f "                  \
	"--turn-gap %.0f --max-duration 100 --say '" FAULT_ASKED "'"

FaultCell *
fault_cell_new(Fixture *site, guint number)
{
	FaultCell *self = g_new0(FaultCell, 1);

	self->site = site;
	self->number = number;
	return self;
}

void
fault_cell_free(FaultCell *self)
{
	g_assert_null(self->caller);
	g_free(self->said);
	g_free(self->ended);
	g_free(self);
}

char *
fault_cell_get_number(const FaultCell *self)
{
	return g_strdup_printf("+1555010%04u", self->number);
}

static char *
fault_cell_get_caller(const FaultCell *self)
{
	return g_strdup_printf("+1555011%04u", self->number);
}

/* What was not heard is told by the log, and judged later. */
static void
fault_cell_called_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	FaultCell *self = user_data;
	g_autofree char *output = NULL;

	g_subprocess_communicate_utf8_finish(G_SUBPROCESS(source), result, &output, NULL, NULL);
	g_assert_true(g_subprocess_get_if_exited(self->caller));
	if (g_subprocess_get_exit_status(self->caller) >= 2)
		g_error("the caller of %s %s %s: %s", self->service, self->stage, self->fault,
			output);
	g_clear_object(&self->caller);
	self->over = TRUE;
}

void
fault_cell_call(FaultCell *self, double load)
{
	g_autofree char *from = fault_cell_get_caller(self);
	g_autofree char *to = fault_cell_get_number(self);
	g_autofree char *words = g_strdup_printf(CALLER, self->number, from, to, 8 * load, 8 * load,
						 MIN(FAULT_SILENCE_MS * load + 500, TURN_GAP_MS));

	self->caller = fixture_spawn_program(
	    self->site, "tests/emulators/twilio/offhook-emulate-twilio", words);
	g_subprocess_communicate_utf8_async(self->caller, NULL, NULL, fault_cell_called_cb, self);
}

/* ---- what was heard ---- */

static void
fault_cell_read_event(FaultCell *self, JsonObject *event, const FaultDelays *due, gint64 *silent_ms,
		      gint64 *end_ms)
{
	const char *name = json_object_get_string_member(event, "event");
	gint64 ms = json_object_get_int_member(event, "ms");

	if (g_str_equal(name, "caller-end")) {
		*end_ms = ms;
		*silent_ms = ms + due->answer_ms;
	} else if (g_str_equal(name, "agent-start")) {
		if (*end_ms >= 0 && self->delays.answer_ms < 0)
			self->delays.answer_ms = ms - *end_ms;
		else if (*end_ms < 0 && self->delays.greeting_ms < 0)
			self->delays.greeting_ms = ms;
		self->gap_ms = MAX(self->gap_ms, ms - *silent_ms);
	} else if (g_str_equal(name, "agent-stop")) {
		*silent_ms = ms;
	} else if (g_str_equal(name, "call-ended")) {
		self->ended = g_strdup(json_object_get_string_member(event, "outcome"));
	}
}

char *
fault_cell_read_journal(const FaultCell *self)
{
	g_autofree char *name = g_strdup_printf("call-%u.jsonl", self->number);
	g_autofree char *path = g_build_filename(self->site->dir, name, NULL);
	char *all = NULL;

	g_assert_true(g_file_get_contents(path, &all, NULL, NULL));
	return g_strstrip(all);
}

static void
fault_cell_read_log(FaultCell *self, const FaultDelays *due)
{
	g_autofree char *all = fault_cell_read_journal(self);
	g_auto(GStrv) lines = g_strsplit(all, "\n", -1);
	gint64 silent_ms = due->greeting_ms; /* since when something is due */
	gint64 end_ms = -1;                  /* of the caller's words */

	self->delays = (FaultDelays){-1, -1};
	for (char **line = lines; *line != NULL; line++) {
		g_autoptr(JsonNode) node = json_from_string(*line, NULL);

		fault_cell_read_event(self, json_node_get_object(node), due, &silent_ms, &end_ms);
	}
}

/* (transfer full): all that the assistant has said, in the history's words */
static char *
fault_cell_read_said(FaultCell *self)
{
	g_autofree char *from = fault_cell_get_caller(self);
	g_autoptr(JsonObject) call = fixture_wait_call_of(self->site, from, "completed");
	JsonArray *messages = json_object_get_array_member(call, "transcription");
	GString *said = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);

		if (!g_str_equal(json_object_get_string_member(message, "role"), "user"))
			g_string_append_printf(said, "%s%s", said->len > 0 ? " | " : "",
					       json_object_get_string_member(message, "content"));
	}
	return g_string_free(said, FALSE);
}

void
fault_cell_read(FaultCell *self, const FaultDelays *due)
{
	fault_cell_read_log(self, due);
	self->said = fault_cell_read_said(self);
}

const char *
fault_cell_judge(const FaultCell *self, double load)
{
	const char *answer = self->said;

	if (self->delays.greeting_ms < 0 || self->delays.answer_ms < 0 ||
	    self->gap_ms > FAULT_SILENCE_MS * load || g_strcmp0(self->ended, "caller-hung-up") != 0)
		return NULL;
	if (!g_str_has_prefix(answer, FAULT_GREETING))
		return NULL;
	answer += strlen(FAULT_GREETING);
	if (strstr(answer, FAULT_ANSWER) != NULL)
		return "answer";
	if (self->end == FAULT_ANSWERED)
		return NULL;
	/* Something else than the beginning of the answer. */
	answer += strspn(answer, " |");
	return *answer != '\0' && !g_str_has_prefix(FAULT_ANSWER, answer) ? "apology" : NULL;
}
