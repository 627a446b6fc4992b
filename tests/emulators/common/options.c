/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line. Options that make up the caller's script are collected in the order given;
 * every value is checked here or by the carrier, so that nothing further in has to. */

#include "options.h"

#include "carrier.h"
#include "emu-error.h"

#include <string.h>

gboolean
offhook_emu_options_refuse(GError **error, const gchar *format, ...)
{
	g_autofree gchar *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE, text);
	return FALSE;
}

static gboolean
offhook_emu_options_read_number(const gchar *name, const gchar *text, gdouble *number,
				GError **error)
{
	gchar *end = NULL;

	*number = g_ascii_strtod(text, &end);
	if (end == text || *end != '\0' || !(*number >= 0 && *number <= 86400))
		return offhook_emu_options_refuse(error, "%s %s: expected a number of seconds",
						  name, text);
	return TRUE;
}

static gboolean
offhook_emu_options_script_cb(const gchar *name, const gchar *value, gpointer data, GError **error)
{
	OffhookEmuOptions *self = data;
	gdouble seconds = 0;

	if (g_str_equal(name, "--say")) {
		offhook_emu_script_add(self->script, OFFHOOK_EMU_STEP_SAY, value, 0);
	} else if (g_str_equal(name, "--dtmf")) {
		offhook_emu_script_add(self->script, OFFHOOK_EMU_STEP_DTMF, value, 0);
	} else if (g_str_equal(name, "--hang-up")) {
		offhook_emu_script_add(self->script, OFFHOOK_EMU_STEP_HANG_UP, NULL, 0);
	} else {
		if (!offhook_emu_options_read_number(name, value, &seconds, error))
			return FALSE;
		offhook_emu_script_add(self->script,
				       g_str_equal(name, "--wait") ? OFFHOOK_EMU_STEP_WAIT
								   : OFFHOOK_EMU_STEP_BARGE_IN,
				       NULL, seconds);
	}
	return TRUE;
}

/* What follows the seconds of --barge-in is no option, so it arrives here; in order, like the
 * steps. */
static gboolean
offhook_emu_options_rest_cb(const gchar *name, const gchar *value, gpointer data, GError **error)
{
	OffhookEmuOptions *self = data;

	for (guint i = 0; i < self->script->steps->len; i++) {
		OffhookEmuStep *step = g_ptr_array_index(self->script->steps, i);

		if (step->kind == OFFHOOK_EMU_STEP_BARGE_IN && step->text == NULL) {
			step->text = g_strdup(value);
			return TRUE;
		}
	}
	return offhook_emu_options_refuse(error, "\"%s\": not expected here", value);
}

static gboolean
offhook_emu_options_expect_number(const gchar *value, const gchar *what, gint fallback,
				  gint *number, GError **error)
{
	guint64 result;

	if (what == NULL) {
		*number = fallback;
		return fallback >= 0 ? TRUE
				     : offhook_emu_options_refuse(
					   error, "--expect %s: =NUMBER is missing", value);
	}
	if (!g_ascii_string_to_unsigned(what, 10, 0, 1000000, &result, NULL))
		return offhook_emu_options_refuse(error, "--expect %s: \"%s\" is not a number",
						  value, what);
	*number = (gint)result;
	return TRUE;
}

static gboolean
offhook_emu_options_expect_cb(const gchar *name, const gchar *value, gpointer data, GError **error)
{
	OffhookEmuExpect *expect = &((OffhookEmuOptions *)data)->expect;
	g_auto(GStrv) parts = g_strsplit(value, "=", 2);
	const gchar *kind = parts[0] != NULL ? parts[0] : "";
	const gchar *what = parts[0] != NULL ? parts[1] : NULL;

	if (g_str_equal(kind, "silence-within"))
		return offhook_emu_options_expect_number(value, what, -1, &expect->silence_within,
							 error);
	if (g_str_equal(kind, "close"))
		return offhook_emu_options_expect_number(value, what, 0, &expect->close_code,
							 error);
	if (g_str_equal(kind, "refused"))
		return offhook_emu_options_expect_number(value, what, 0, &expect->refused, error);
	if (g_str_equal(kind, "transfer")) {
		expect->transfer = TRUE;
		g_free(expect->transfer_number);
		expect->transfer_number = g_strdup(what);
		return TRUE;
	}
	if (what != NULL)
		return offhook_emu_options_refuse(error, "--expect %s: \"%s\" takes no value",
						  value, kind);
	if (g_str_equal(kind, "heard"))
		expect->heard = TRUE;
	else if (g_str_equal(kind, "hangup"))
		expect->hangup = TRUE;
	else if (g_str_equal(kind, "reject"))
		expect->reject = TRUE;
	else
		return offhook_emu_options_refuse(
		    error,
		    "--expect %s: expected heard, transfer[=NUMBER], hangup, reject, "
		    "silence-within=MS, close[=CODE] or refused[=STATUS]",
		    value);
	return TRUE;
}

static OffhookEmuOptions *
offhook_emu_options_new(void)
{
	OffhookEmuOptions *self = g_new0(OffhookEmuOptions, 1);

	self->account = offhook_emu_carrier.account_new();
	self->script = offhook_emu_script_new();
	self->turn_gap_ms = 700;
	self->answer_timeout = 15;
	self->greeting_timeout = 5;
	self->answer_limit = 60;
	self->max_duration = 600;
	self->frame_ms = 20;
	self->calls = 1;
	self->serve = -1;
	self->ring_ms = 50;
	self->faults.half_open_after = -1;
	self->faults.drop_after = -1;
	self->faults.at = 1;
	self->faults.wait = 60;
	self->expect.silence_within = -1;
	self->expect.close_code = -1;
	self->expect.refused = -1;
	return self;
}

void
offhook_emu_options_free(OffhookEmuOptions *self)
{
	g_free(self->to);
	g_free(self->public_url);
	g_free(self->from);
	g_free(self->to_number);
	offhook_emu_script_free(self->script);
	g_free(self->voice);
	g_free(self->dtmf_mode);
	g_free(self->heard_path);
	g_free(self->record_path);
	g_free(self->log_path);
	g_free(self->requests_path);
	g_free(self->expect.transfer_number);
	offhook_emu_carrier.account_free(self->account);
	g_free(self);
}

gboolean
offhook_emu_options_any_fault(const OffhookEmuOptions *self)
{
	const OffhookEmuFaults *faults = &self->faults;

	return faults->lost_stop || faults->half_open_after >= 0 || faults->drop_after >= 0 ||
	       faults->bad_json || faults->garbage_frame || faults->huge_message > 0 ||
	       self->wrongs;
}

static void
offhook_emu_options_add_main(OffhookEmuOptions *self, GOptionContext *context)
{
	GOptionGroup *group = g_option_group_new("main", "", "", self, NULL);
	const GOptionEntry entries[] = {
	    OFFHOOK_EMU_TEXT(
		"to", self->to,
		"the server: its address, a webhook URL, or (ws:, wss:) a stream without webhook",
		"URL"),
	    OFFHOOK_EMU_CALLBACK(
		"say", 0, offhook_emu_options_script_cb,
		"wait for the turn, then say a WAV file or a text (may be repeated)", "FILE|TEXT"),
	    OFFHOOK_EMU_CALLBACK("dtmf", 0, offhook_emu_options_script_cb,
				 "wait for the turn, then press keys (w: half a second)", "DIGITS"),
	    OFFHOOK_EMU_CALLBACK(
		"barge-in", 0, offhook_emu_options_script_cb,
		"SECONDS into the agent's next utterance, say a text (or dtmf:DIGITS)",
		"SECONDS TEXT"),
	    OFFHOOK_EMU_CALLBACK("wait", 0, offhook_emu_options_script_cb, "do nothing for a while",
				 "SECONDS"),
	    OFFHOOK_EMU_CALLBACK("hang-up", G_OPTION_FLAG_NO_ARG, offhook_emu_options_script_cb,
				 "hang up at once", NULL),
	    OFFHOOK_EMU_CALLBACK(
		"expect", 0, offhook_emu_options_expect_cb,
		"heard, transfer[=NUMBER], hangup, reject, silence-within=MS, close[=CODE], "
		"refused[=STATUS]",
		"WHAT"),
	    OFFHOOK_EMU_INT("expect-status", self->expect.status,
			    "HTTP status of the webhook's answer", "N"),
	    OFFHOOK_EMU_TEXT("voice", self->voice, "rms (default), awb, kal, kal16 or espeak:NAME",
			     "VOICE"),
	    OFFHOOK_EMU_REAL("gain", self->gain, "make the caller louder or softer", "DB"),
	    OFFHOOK_EMU_TEXT("dtmf-mode", self->dtmf_mode, "event (default), tone or both", "MODE"),
	    OFFHOOK_EMU_INT("turn-gap", self->turn_gap_ms,
			    "silence that ends the agent's turn (700)", "MS"),
	    OFFHOOK_EMU_REAL("answer-timeout", self->answer_timeout,
			     "wait this long for an answer (15)", "SECONDS"),
	    OFFHOOK_EMU_REAL("greeting-timeout", self->greeting_timeout, "and for a greeting (5)",
			     "SECONDS"),
	    OFFHOOK_EMU_REAL("answer-limit", self->answer_limit,
			     "and for the end of an answer (60)", "SECONDS"),
	    OFFHOOK_EMU_REAL("max-duration", self->max_duration, "hang up after (600)", "SECONDS"),
	    OFFHOOK_EMU_TEXT("heard", self->heard_path, "write what the caller heard", "FILE.wav"),
	    OFFHOOK_EMU_TEXT("record", self->record_path, "write both sides, caller left",
			     "FILE.wav"),
	    OFFHOOK_EMU_TEXT("log", self->log_path, "write the events as JSON lines", "FILE.jsonl"),
	    OFFHOOK_EMU_FLAG("quiet", self->quiet, "no timeline"),
	    OFFHOOK_EMU_INT("calls", self->calls, "calls at the same time (1)", "N"),
	    OFFHOOK_EMU_INT("ramp", self->ramp_ms, "start one every so often (0: all at once)",
			    "MS"),
	    OFFHOOK_EMU_INT("serve", self->serve,
			    "place no call, but serve the REST interface on this port (0: any)",
			    "PORT"),
	    OFFHOOK_EMU_TEXT("requests", self->requests_path,
			     "write the requests to the REST interface as JSON lines",
			     "FILE.jsonl"),
	    OFFHOOK_EMU_INT("ring", self->ring_ms, "how long a placed call rings (50)", "MS"),
	    OFFHOOK_EMU_CALLBACK(G_OPTION_REMAINING, 0, offhook_emu_options_rest_cb, NULL, NULL),
	    {NULL},
	};

	g_option_group_add_entries(group, entries);
	g_option_context_set_main_group(context, group);
}

static void
offhook_emu_options_add_parties(OffhookEmuOptions *self, GOptionContext *context)
{
	GOptionGroup *group =
	    g_option_group_new("parties", "Who calls where:", "Show who calls where", NULL, NULL);
	const GOptionEntry entries[] = {
	    OFFHOOK_EMU_TEXT("public-url", self->public_url,
			     "the server's URL as the carrier knows it", "URL"),
	    OFFHOOK_EMU_TEXT("from", self->from, "the caller's number (+15550100001)", "NUMBER"),
	    OFFHOOK_EMU_TEXT("to-number", self->to_number, "the number called (+15550100002)",
			     "NUMBER"),
	    OFFHOOK_EMU_FLAG("insecure", self->insecure, "accept any TLS certificate"),
	    {NULL},
	};

	g_option_group_add_entries(group, entries);
	g_option_context_add_group(context, group);
}

static void
offhook_emu_options_add_faults(OffhookEmuOptions *self, GOptionContext *context)
{
	OffhookEmuFaults *faults = &self->faults;
	GOptionGroup *group = g_option_group_new(
	    "faults", "Faults on demand:", "Show the faults on demand", NULL, NULL);
	const GOptionEntry entries[] = {
	    OFFHOOK_EMU_INT("jitter", faults->jitter_ms,
			    "delay messages at random, in order, in bursts", "MS"),
	    OFFHOOK_EMU_FLAG("empty-audio", faults->empty_audio,
			     "send nothing while the caller is silent"),
	    OFFHOOK_EMU_INT("late-marks", faults->late_marks_ms, "echo marks late", "MS"),
	    OFFHOOK_EMU_FLAG("no-marks", faults->no_marks, "never echo a mark"),
	    OFFHOOK_EMU_FLAG("fragmented", faults->fragmented, "send each message as three frames"),
	    OFFHOOK_EMU_FLAG("lost-stop", faults->lost_stop,
			     "end with a TCP reset instead of a proper close"),
	    OFFHOOK_EMU_REAL("drop", faults->drop_after, "break the connection, the call goes on",
			     "SECONDS"),
	    OFFHOOK_EMU_REAL("half-open", faults->half_open_after,
			     "stop reading and sending, keep the socket", "SECONDS"),
	    OFFHOOK_EMU_FLAG("bad-json", faults->bad_json, "send a message that is not JSON"),
	    {"huge-message", 0, 0, G_OPTION_ARG_INT64, &faults->huge_message,
	     "send a message with so much audio", "BYTES"},
	    OFFHOOK_EMU_FLAG("garbage-frame", faults->garbage_frame,
			     "send bytes that are no WebSocket frame"),
	    OFFHOOK_EMU_REAL("fault-at", faults->at,
			     "when what is sent once happens, from the stream's start (1)",
			     "SECONDS"),
	    OFFHOOK_EMU_REAL("fault-wait", faults->wait,
			     "how long a dead stream waits for the server to react (60)",
			     "SECONDS"),
	    {NULL},
	};

	g_option_group_add_entries(group, entries);
	g_option_context_add_group(context, group);
}

gboolean
offhook_emu_options_check_range(const gchar *name, gdouble value, gdouble least, gdouble most,
				GError **error)
{
	if (value >= least && value <= most)
		return TRUE;
	return offhook_emu_options_refuse(error, "%s %g: expected %g to %g", name, value, least,
					  most);
}

static gboolean
offhook_emu_options_check_ranges(const OffhookEmuOptions *self, GError **error)
{
	const struct {
		const gchar *name;
		gdouble value, least, most;
	} ranges[] = {
	    {"--turn-gap", (gint)self->turn_gap_ms, 0, 60000},
	    {"--answer-timeout", self->answer_timeout, 0, 3600},
	    {"--greeting-timeout", self->greeting_timeout, 0, 3600},
	    {"--answer-limit", self->answer_limit, 0, 3600},
	    {"--max-duration", self->max_duration, 1, 14400},
	    {"--gain", self->gain, -60, 60},
	    {"--calls", (gint)self->calls, 1, 10000},
	    {"--ramp", (gint)self->ramp_ms, 0, 60000},
	    {"--expect-status", self->expect.status, 0, 599},
	    {"--jitter", (gint)self->faults.jitter_ms, 0, 60000},
	    {"--late-marks", (gint)self->faults.late_marks_ms, 0, 600000},
	    {"--half-open", self->faults.half_open_after, -1, 3600},
	    {"--drop", self->faults.drop_after, -1, 3600},
	    {"--huge-message", (gdouble)self->faults.huge_message, 0, 512.0 * 1024 * 1024},
	    {"--fault-at", self->faults.at, 0, 3600},
	    {"--serve", self->serve, -1, 65535},
	    {"--ring", (gint)self->ring_ms, 0, 60000},
	    {"--fault-wait", self->faults.wait, 0, 3600},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++) {
		if (!offhook_emu_options_check_range(ranges[i].name, ranges[i].value,
						     ranges[i].least, ranges[i].most, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_emu_options_check(OffhookEmuOptions *self, GError **error)
{
	static const gchar *const modes[] = {"event", "tone", "both", NULL};

	if (self->to == NULL && self->serve >= 0)
		self->to = g_strdup("http://127.0.0.1:3000");
	if (self->to == NULL)
		return offhook_emu_options_refuse(error, "--to URL is missing, try --help");
	if (!g_strv_contains(modes, self->dtmf_mode))
		return offhook_emu_options_refuse(
		    error, "--dtmf-mode %s: expected event, tone or both", self->dtmf_mode);
	return offhook_emu_options_check_ranges(self, error) &&
	       offhook_emu_carrier.check_options(self, error);
}

/* GOption would leak a default that it replaces, so texts get theirs afterwards. */
void
offhook_emu_options_default(gchar **option, const gchar *variable, const gchar *fallback)
{
	const gchar *value = variable != NULL ? g_getenv(variable) : NULL;

	if (*option == NULL)
		*option = g_strdup(value != NULL && *value != '\0' ? value : fallback);
}

static void
offhook_emu_options_fill_in(OffhookEmuOptions *self)
{
	offhook_emu_options_default(&self->voice, NULL, "rms");
	offhook_emu_options_default(&self->dtmf_mode, NULL, "event");
	offhook_emu_options_default(&self->from, NULL, "+15550100001");
	offhook_emu_options_default(&self->to_number, NULL, "+15550100002");
}

OffhookEmuOptions *
offhook_emu_options_parse(int argc, char **argv, GError **error)
{
	g_autoptr(OffhookEmuOptions) self = offhook_emu_options_new();
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_auto(GStrv) arguments = g_strdupv(argv);
	g_autofree gchar *name = g_strconcat("offhook emulate ", offhook_emu_carrier.name, NULL);
	const gchar *numbers = offhook_emu_carrier.numbers;
	g_autofree gchar *description =
	    g_strdup_printf("Example:\n  %s --to http://127.0.0.1:3000 --say \"what are your "
			    "opening hours\" --expect heard\n%s%s",
			    name, numbers != NULL ? "\n" : "", numbers != NULL ? numbers : "");

	/* users reach this program through the command line tool */
	g_set_prgname(name);
	g_option_context_set_summary(context, offhook_emu_carrier.summary);
	g_option_context_set_description(context, description);
	offhook_emu_options_add_main(self, context);
	offhook_emu_options_add_parties(self, context);
	offhook_emu_options_add_faults(self, context);
	offhook_emu_carrier.add_options(self, context);
	if (!g_option_context_parse_strv(context, &arguments, error))
		return NULL;
	offhook_emu_options_fill_in(self);
	if (!offhook_emu_options_check(self, error))
		return NULL;
	return g_steal_pointer(&self);
}
