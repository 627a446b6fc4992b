/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Both talk, with each voice: what the language model is told next is what was heard, to the word. The
 * model is the emulator of the openai engine's service, which writes down what it is asked; how long
 * the caller heard something is measured by his emulator, and when each word sounds is known without
 * the daemon (heard.h). The callers of all voices talk at the same time.
 */

#include "fixture.h"
#include "heard.h"
#include "service.h"

#include "harness.h"
#include <offhook/wav.h>

#include <string.h>

#define HOURS  "We are open from Tuesday to Sunday and we serve dinner until ten in the evening."
#define WINDOW "There is a quiet table by the window that is free from eight until midnight today."
#define SUNDAY "Sunday is the day when the kitchen closes at nine and the bar stays open for long."
#define BRIEF  "We are open from Tuesday to Sunday."
#define ALWAYS "We are open all day."
#define KITCHEN                                                                                    \
	"On request we keep the kitchen open for large parties and the bar stays open until the "  \
	"last guest has found the way home from here."
#define ASKED "Shall I book a table for four people and for tomorrow at eight?"
#define BOOK  "For how many people?"

/* Each ends at the first part that fits. */
#define SCRIPT                                                                                     \
	"{\"answers\":["                                                                           \
	"{\"if\":\"opening hours\",\"text\":\"" HOURS "\"},"                                       \
	"{\"if\":\"reserve\",\"text\":\"" ASKED "\"},"                                             \
	"{\"if\":\"window\",\"text\":\"" WINDOW "\"},"                                             \
	"{\"if\":\"sunday\",\"text\":\"" SUNDAY "\"},"                                             \
	"{\"if\":\"briefly\",\"text\":\"" BRIEF "\"},"                                             \
	"{\"if\":\"everything\",\"text\":\"" ALWAYS " " KITCHEN "\"},"                             \
	"{\"text\":\"" BOOK "\"}]}"

#define CONFIG                                                                                     \
	"[plugins]\npath=%s/tests/integration/ponder\n"                                            \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\nbase-url=%s\n"                                                           \
	"[engine:deepgram]\nbase-url=%s\napi-key=k\n"                                              \
	"[engine:elevenlabs]\nbase-url=%s\napi-key=k\n"
#define ASSISTANT                                                                                  \
	"[assistant:%s]\ndriver=twilio\nnumber=" NUMBER "\nagents=%s\n"                            \
	"llm=openai\nstt=deepgram\ntts=%s\nlanguage=en-US\n"                                       \
	"greeting=Hello.\nprompt=You talk to {caller}.\n"                                          \
	"llm-timeout-ms=20000\nstall-timeout-ms=20000\n%s\n"

/* Of an assistant, by its voice; and of who calls it. */
#define NUMBER "+1555010020%u"
#define CALLER "+15550100%u%u"

/* Of lines with --late-marks: what has not come back may not have been heard. */
#define LATE_MS 150

/* That the callers speak over the agent depends on how fast the machine is. */
#define MAX_ATTEMPTS 3

static const char *const voices[] = {"flite", "espeak", "openai", "deepgram", "elevenlabs"};

/* A message that there is to be. */
typedef struct {
	const char *role;
	const char *before; /* a whole sentence, with the space behind it; or nothing */
	const char *text;
	guint first, last; /* after which of the caller's turns he heard it; 0: of no interest */
	gboolean cut;      /* not all of @text: just what he heard */
} HeardLine;

typedef struct {
	const char *model, *ear; /* arguments of the emulators, more than all have */
	const char *caller;      /* the caller's */
	gboolean late_marks;     /* ... and the same once more with these */
	const char *agents; /* (nullable): where the model is not asked; the store is looked at */
	const char *keys; /* (nullable): of the assistants, instead of no sounds while they think */
	const HeardLine *lines; /* up to one without a role */
} HeardCase;

typedef struct {
	Fixture base;
	Service *model, *ear, *voice;
	Listener *listener;
} HeardFixture;

/* A call, and what is known of it afterwards. */
typedef struct {
	guint voice;
	gboolean late;
	char *number;
	char *log;
	GSubprocess *caller;
	char *output;        /* of that */
	GPtrArray *messages; /* "role: content" */
} HeardCall;

static void
heard_start(HeardFixture *fixture, const HeardCase *what)
{
	g_autofree char *script = g_build_filename(fixture->base.dir, "script.json", NULL);
	g_autofree char *model =
	    g_strdup_printf("--voice tone --script '%s' --requests '%s/chat.jsonl' %s", script,
			    fixture->base.dir, what->model);
	g_autofree char *ear = g_strconcat("--key k --voice tone ", what->ear, NULL);
	g_autoptr(GString) config = g_string_new(NULL);

	g_assert_true(g_file_set_contents(script, SCRIPT, -1, NULL));
	fixture->model = service_start("openai", model);
	fixture->ear = service_start("deepgram", ear);
	fixture->voice = service_start("elevenlabs", "--key k --voice tone");
	g_string_append_printf(
	    config, CONFIG, g_getenv("OFFHOOK_BUILD_ROOT"), service_get_base_url(fixture->model),
	    service_get_base_url(fixture->ear), service_get_base_url(fixture->voice));
	for (guint i = 0; i < G_N_ELEMENTS(voices); i++)
		g_string_append_printf(config, ASSISTANT, voices[i], i,
				       what->agents != NULL ? what->agents : "orchestrator",
				       voices[i],
				       what->keys != NULL ? what->keys : "filler-after-ms=0");
	fixture_configure(&fixture->base, config->str);
	fixture_start(&fixture->base);
	fixture->listener = listener_new(
	    &fixture->base, "{\"type\":\"subscribe\",\"events\":[\"call.completed\"]}");
}

static HeardCall *
heard_call_new(HeardFixture *fixture, const HeardCase *what, guint voice, gboolean late)
{
	HeardCall *self = g_new0(HeardCall, 1);
	g_autofree char *words = NULL;

	self->voice = voice;
	self->late = late;
	self->number = g_strdup_printf(CALLER, late ? 2 : 1, voice);
	self->log = g_strdup_printf("%s/%s.jsonl", fixture->base.dir, self->number);
	self->messages = g_ptr_array_new_with_free_func(g_free);
	words = g_strdup_printf("--to @URL@ --auth-token " FIXTURE_AUTH_TOKEN " --to-number " NUMBER
				" --from %s --log '%s' %s %s",
				voice, self->number, self->log,
				late ? "--late-marks " G_STRINGIFY(LATE_MS) : "", what->caller);
	self->caller = fixture_spawn_program(
	    &fixture->base, "tests/emulators/twilio/offhook-emulate-twilio", words);
	return self;
}

static void
heard_call_free(gpointer data)
{
	HeardCall *self = data;

	g_free(self->number);
	g_free(self->log);
	g_free(self->output);
	g_ptr_array_unref(self->messages);
	g_free(self);
}

/* ---- what was told ---- */

/* (transfer full): "role: content" of those from @first on */
static GPtrArray *
heard_list(JsonArray *messages, guint first)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	for (guint i = first; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);

		g_ptr_array_add(
		    list, g_strdup_printf("%s: %s", json_object_get_string_member(message, "role"),
					  json_object_get_string_member(message, "content")));
	}
	return list;
}

/* @text: what the model was asked; its instructions say in whose call */
static void
heard_call_take_question(HeardCall *self, const char *text)
{
	g_autoptr(JsonNode) root = json_from_string(text, NULL);
	JsonArray *messages = json_object_get_array_member(json_node_get_object(root), "messages");
	const char *instructions =
	    json_object_get_string_member(json_array_get_object_element(messages, 0), "content");

	if (strstr(instructions, self->number) == NULL)
		return;
	g_ptr_array_unref(self->messages);
	self->messages = heard_list(messages, 1);
}

/* The last question. */
static void
heard_call_read_questions(HeardCall *self, HeardFixture *fixture)
{
	g_autofree char *path = g_build_filename(fixture->base.dir, "chat.jsonl", NULL);
	g_autofree char *log = NULL;
	g_auto(GStrv) lines = NULL;

	g_assert_true(g_file_get_contents(path, &log, NULL, NULL));
	lines = g_strsplit(log, "\n", -1);
	for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
		g_autoptr(JsonNode) node = json_from_string(lines[i], NULL);
		JsonObject *request = json_node_get_object(node);

		if (g_str_equal(json_object_get_string_member(request, "path"),
				"/v1/chat/completions"))
			heard_call_take_question(self,
						 json_object_get_string_member(request, "body"));
	}
}

/* (transfer full): what was written down of the call */
static GPtrArray *
heard_call_read_store(HeardCall *self, HeardFixture *fixture)
{
	g_autofree char *number = g_uri_escape_string(self->number, NULL, FALSE);
	g_autofree char *query = g_strdup_printf("/voice/calls?limit=1&phone_number=%s", number);
	g_autoptr(JsonObject) list = fixture_request(&fixture->base, "GET", query, NULL, 200);
	JsonArray *calls = json_object_get_array_member(list, "calls");
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) call = NULL;

	g_assert_cmpuint(json_array_get_length(calls), ==, 1);
	path = g_strdup_printf(
	    "/voice/calls/%s/status",
	    json_object_get_string_member(json_array_get_object_element(calls, 0), "call_id"));
	call = fixture_request(&fixture->base, "GET", path, NULL, 200);
	return heard_list(json_object_get_array_member(call, "transcription"), 0);
}

/* What the agent said is the same in both; the answer to the last question only stands in the store. */
static void
heard_call_compare(HeardCall *self, GPtrArray *stored)
{
	guint at = 0;

	for (guint i = 0; i < self->messages->len; i++) {
		const char *message = g_ptr_array_index(self->messages, i);

		if (!g_str_has_prefix(message, "assistant: "))
			continue;
		while (at < stored->len &&
		       !g_str_has_prefix(g_ptr_array_index(stored, at), "assistant: "))
			at++;
		g_assert_cmpuint(at, <, stored->len);
		g_assert_cmpstr(g_ptr_array_index(stored, at), ==, message);
		at++;
	}
}

/* ---- what was heard ---- */

/* So much of @text is told that was heard for @heard_ms: it ends with the word that was being said. */
static void
heard_check_cut(const HeardCall *self, const char *text, const char *told, double heard_ms)
{
	g_autoptr(GArray) words = heard_get_words(voices[self->voice], text);
	double late_ms = self->late ? LATE_MS : 0;
	const HeardWord *word = NULL, *next;
	guint n = 0;

	g_test_message("%s: of %.0f ms: \"%s\"", voices[self->voice], heard_ms, told);
	g_assert_true(g_str_has_prefix(text, told));
	while (n < words->len && g_array_index(words, HeardWord, n).end <= strlen(told))
		word = &g_array_index(words, HeardWord, n++);
	/* Something, not everything, and whole words. */
	g_assert_nonnull(word);
	g_assert_cmpuint(n, <, words->len);
	g_assert_cmpuint(word->end, ==, strlen(told));
	next = &g_array_index(words, HeardWord, n);
	g_assert_cmpfloat(word->ms, <=, heard_ms + FIXTURE_SLACK_MS);
	g_assert_cmpfloat(next->ms, >=, heard_ms - FIXTURE_SLACK_MS - late_ms);
}

/* All of it was heard, in one piece or in several. */
static void
heard_check_whole(const HeardCall *self, const char *text, double heard_ms)
{
	g_assert_cmpfloat(heard_get_length_ms(voices[self->voice], text), <=,
			  heard_ms + FIXTURE_SLACK_MS);
}

/* How much sound of the agent's began after the caller's @n-th turn (from 1), and before the next. */
static double
heard_call_get_ms(const HeardCall *self, guint n)
{
	g_autofree char *log = NULL;
	g_auto(GStrv) lines = NULL;
	guint turn = 0, begun = 0;
	double ms = 0;

	g_assert_true(g_file_get_contents(self->log, &log, NULL, NULL));
	lines = g_strsplit(log, "\n", -1);
	for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
		g_autoptr(JsonNode) node = json_from_string(lines[i], NULL);
		JsonObject *event = json_node_get_object(node);
		const char *name = json_object_get_string_member(event, "event");

		if (g_str_equal(name, "caller-start"))
			turn++;
		else if (g_str_equal(name, "agent-start"))
			begun = turn;
		else if (g_str_equal(name, "agent-stop") && begun == n)
			ms += json_object_get_double_member(event, "length_ms");
	}
	return ms;
}

static void
heard_check_line(const HeardCall *self, const HeardLine *line, const char *message)
{
	g_autofree char *begin = g_strdup_printf("%s: %s", line->role, line->before);
	double heard_ms = 0;

	for (guint n = line->first; n > 0 && n <= line->last; n++)
		heard_ms += heard_call_get_ms(self, n);
	if (*line->before != '\0')
		heard_ms -= heard_get_length_ms(voices[self->voice], line->before);
	g_assert_true(g_str_has_prefix(message, begin));
	if (line->cut) {
		heard_check_cut(self, line->text, message + strlen(begin), heard_ms);
		return;
	}
	g_assert_cmpstr(message + strlen(begin), ==, line->text);
	if (line->first > 0)
		heard_check_whole(self, line->text, heard_ms);
}

static void
heard_call_check(HeardCall *self, HeardFixture *fixture, const HeardCase *what)
{
	g_autoptr(GPtrArray) stored = heard_call_read_store(self, fixture);
	g_autofree char *talk = NULL;
	guint n = 0;

	if (what->agents != NULL) {
		g_ptr_array_unref(self->messages);
		self->messages = g_ptr_array_ref(stored);
	} else {
		heard_call_read_questions(self, fixture);
		heard_call_compare(self, stored);
	}
	g_ptr_array_add(self->messages, NULL);
	talk = g_strjoinv("\n", (char **)self->messages->pdata);
	g_ptr_array_set_size(self->messages, (gint)self->messages->len - 1);
	g_test_message("%s%s\n%s%s", voices[self->voice], self->late ? ", late marks" : "",
		       self->output, talk);
	for (; what->lines[n].role != NULL; n++) {
		g_assert_cmpuint(n, <, self->messages->len);
		heard_check_line(self, &what->lines[n], g_ptr_array_index(self->messages, n));
	}
	g_assert_cmpuint(n, ==, self->messages->len);
}

/* Whoever was to speak over the agent has: on a slow machine it may have fallen silent before. */
static gboolean
heard_call_was_held(const HeardCall *self)
{
	g_autofree char *log = NULL;
	g_auto(GStrv) lines = NULL;

	g_assert_true(g_file_get_contents(self->log, &log, NULL, NULL));
	lines = g_strsplit(log, "\n", -1);
	for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
		g_autoptr(JsonNode) node = json_from_string(lines[i], NULL);
		JsonObject *event = json_node_get_object(node);

		if (g_str_equal(json_object_get_string_member(event, "event"), "caller-start") &&
		    json_object_get_boolean_member(event, "barge_in") &&
		    !json_object_get_boolean_member(event, "agent_speaking"))
			return FALSE;
	}
	return TRUE;
}

/* All voices are called at the same time. @n: of calls so far. (transfer full): those that were held */
static GPtrArray *
heard_hold_calls(HeardFixture *fixture, const HeardCase *what, guint *n)
{
	g_autoptr(GPtrArray) calls = g_ptr_array_new_with_free_func(heard_call_free);
	gboolean held = TRUE;

	for (guint i = 0; i < G_N_ELEMENTS(voices); i++) {
		g_ptr_array_add(calls, heard_call_new(fixture, what, i, FALSE));
		if (what->late_marks)
			g_ptr_array_add(calls, heard_call_new(fixture, what, i, TRUE));
	}
	for (guint i = 0; i < calls->len; i++) {
		HeardCall *call = g_ptr_array_index(calls, i);

		call->output = fixture_finish_emulator(call->caller, 0);
		held = heard_call_was_held(call) && held;
	}
	*n += calls->len;
	listener_wait(fixture->listener, "call.completed", *n);
	return held ? g_steal_pointer(&calls) : NULL;
}

static void
heard_test(HeardFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) calls = NULL;
	guint n = 0;

	heard_start(fixture, data);
	for (guint i = 0; i < MAX_ATTEMPTS && calls == NULL; i++)
		calls = heard_hold_calls(fixture, data, &n);
	g_assert_nonnull(calls);
	for (guint i = 0; i < calls->len; i++)
		heard_call_check(g_ptr_array_index(calls, i), fixture, data);
}

/* ---- the cases ---- */

#define BEGINNING                                                                                  \
	{"user", "", "[the call begins]"},                                                         \
	{                                                                                          \
		"assistant", "", "Hello."                                                          \
	}

/* Three times in a row, once with a key, in the middle of a sentence; marks come back late. */
static const HeardLine heard_cut_lines[] = {
    BEGINNING,
    {"user", "", "what are your opening hours"},
    {"assistant", "", HOURS, 1, 1, TRUE},
    {"user", "", "is there a table by the window"},
    {"assistant", "", WINDOW, 2, 2, TRUE},
    {"user", "", "and what about sunday"},
    {"assistant", "", SUNDAY, 3, 3, TRUE},
    {"user", "", "[the caller pressed the keys 5]"},
    {NULL},
};
static const HeardCase heard_cut = {
    .model = "",
    .ear = "--transcript 'what are your opening hours' "
	   "--transcript 'is there a table by the window' --transcript 'and what about sunday'",
    .caller = "--say 'what are your opening hours' --barge-in 1.0 'is there a table by the window' "
	      "--barge-in 0.6 'and what about sunday' --barge-in 1.4 dtmf:5",
    .late_marks = TRUE,
    .lines = heard_cut_lines,
};

/* "Okay" into a question answers it. */
static const HeardLine heard_asked_lines[] = {
    BEGINNING,
    {"user", "", "please reserve a table"},
    {"assistant", "", ASKED, 1, 1, TRUE},
    {"user", "", "okay"},
    {NULL},
};
static const HeardCase heard_asked = {
    .model = "",
    .ear = "--transcript 'please reserve a table' --transcript okay",
    .caller = "--say 'i want to book a table' --barge-in 1.0 @DIR@/word.wav",
    .lines = heard_asked_lines,
};

/* "Okay", what is not understood, and a cough: each answer goes on, and is heard to its end. */
static const HeardLine heard_whole_lines[] = {
    BEGINNING,
    {"user", "", "tell me briefly"},
    {"assistant", "", BRIEF, 1, 2},
    {"user", "", "tell me briefly"},
    {"assistant", "", BRIEF, 3, 4},
    {"user", "", "tell me briefly"},
    {"assistant", "", BRIEF, 5, 6},
    {"user", "", "i want to book a table"},
    {NULL},
};
static const HeardCase heard_whole = {
    .model = "",
    .ear = "--transcript 'tell me briefly' --transcript okay --transcript 'tell me briefly' "
	   "--transcript '' --transcript 'tell me briefly' --transcript 'i want to book a table'",
    .caller =
	"--answer-timeout 6 --say 'what are your opening hours' --barge-in 0.5 @DIR@/word.wav "
	"--say 'what are your opening hours' --barge-in 0.5 @DIR@/word.wav "
	"--say 'what are your opening hours' --barge-in 0.5 @DIR@/cough.wav "
	"--say 'i want to book a table'",
    .lines = heard_whole_lines,
};

/* The caller goes on before any of the answer was heard: it was no turn. */
static const HeardLine heard_nothing_lines[] = {
    BEGINNING,
    {"user", "", "what are your opening hours on a sunday"},
    {"assistant", "", HOURS, 1, 1},
    {"user", "", "i want to book a table"},
    {NULL},
};
static const HeardCase heard_nothing = {
    .model = "--first-token 2500",
    .ear = "--transcript 'what are your opening hours' --transcript 'on a sunday' "
	   "--transcript 'i want to book a table'",
    .caller = "--say @DIR@/pause.wav --say 'i want to book a table'",
    .lines = heard_nothing_lines,
};

/* The model is slower than the voice: there is silence between two sentences, which nobody hears. */
static const HeardLine heard_underrun_lines[] = {
    BEGINNING,
    {"user", "", "tell me everything"},
    {"assistant", ALWAYS " ", KITCHEN, 1, 1, TRUE},
    {"user", "", "i want to book a table"},
    {NULL},
};
static const HeardCase heard_underrun = {
    .model = "--tokens-per-second 8",
    .ear = "--transcript 'tell me everything' --transcript 'i want to book a table'",
    /* Longer than the first sentence and the silence behind it. */
    .caller = "--say 'what are your opening hours' --barge-in 5 'i want to book a table'",
    .lines = heard_underrun_lines,
};

/* What the caller said into the answer is known long after he has finished. */
static const HeardLine heard_late_lines[] = {
    BEGINNING,
    {"user", "", "what are your opening hours"},
    {"assistant", "", HOURS, 1, 1, TRUE},
    {"user", "", "i want to book a table"},
    {NULL},
};
static const HeardCase heard_late = {
    .model = "",
    .ear = "--transcript-delay 1500 --transcript 'what are your opening hours' "
	   "--transcript 'i want to book a table'",
    .caller = "--say 'what are your opening hours' --barge-in 1.0 'i want to book a table'",
    .lines = heard_late_lines,
};

/* A tool runs, and the caller speaks over "I am looking": that was no answer, and his turn goes on. */
static const HeardLine heard_tool_lines[] = {
    {"assistant", "", "Hello."},
    {"user", "", "how is the weather"},
    {"user", "", "never mind that now"},
    {"assistant", "",
     "That was turn two, and no in vain. You said how is the weather never mind that now."},
    {NULL},
};
static const HeardCase heard_tool = {
    .model = "",
    .ear = "--transcript 'how is the weather' --transcript 'never mind that now'",
    .caller = "--say 'how is the weather' --barge-in 1.6 'never mind that now' --wait 12 --hang-up",
    .agents = "ponder",
    .keys = "ponder.delay-ms=20\nponder.tool-ms=5000\nfiller-phrases=I am looking out of the "
	    "window for you and that takes a moment.",
    .lines = heard_tool_lines,
};

/* Nobody says anything: he is asked twice, and the goodbye is heard to its end before the line is cut. */
static const HeardLine heard_silent_lines[] = {
    {"assistant", "", "Hello."},
    {"assistant", "", "Are you still there?"},
    {"assistant", "", "Hello? Can you hear me?"},
    {"assistant", "", "I can't hear you, so I will hang up now. Goodbye!"},
    {NULL},
};
static const HeardCase heard_silent = {
    .model = "",
    .ear = "",
    .caller = "--wait 60 --expect hangup",
    .agents = "orchestrator",
    .lines = heard_silent_lines,
};

/* ---- sounds ---- */

static void
heard_save(HeardFixture *fixture, const char *name, const GArray *samples)
{
	g_autofree char *path = g_build_filename(fixture->base.dir, name, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(
	    offhook_wav_save(path, 16000, 1, (const gint16 *)samples->data, samples->len, &error));
	g_assert_no_error(error);
}

/* 150 ms of noise in the middle of half a second. */
static void
heard_save_cough(HeardFixture *fixture)
{
	g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(gint16));
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	g_array_set_size(samples, 8000);
	for (guint i = 3000; i < 3000 + 150 * 16; i++)
		g_array_index(samples, gint16, i) = (gint16)g_rand_int_range(random, -8000, 8000);
	heard_save(fixture, "cough.wav", samples);
}

/* The beginning of a sentence: short enough for "okay", long enough to be no cough. */
static void
heard_save_word(HeardFixture *fixture, const gint16 *data, gsize n)
{
	g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(gint16));
	gsize begin = 0;

	while (begin < n && ABS((int)data[begin]) < 1000)
		begin++;
	g_array_set_size(samples, 4000);
	g_array_append_vals(samples, data + begin, MIN(n - begin, 350 * 16));
	g_array_set_size(samples, samples->len + 4000);
	heard_save(fixture, "word.wav", samples);
}

/* A sentence twice, and a second between them: the answer to the first is being worked on. */
static void
heard_save_pause(HeardFixture *fixture)
{
	g_autofree char *path =
	    g_test_build_filename(G_TEST_DIST, "data", "opening-hours.wav", NULL);
	g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(gint16));
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) speech = offhook_wav_load(path, 16000, NULL, &error);
	gsize size;
	const gint16 *data = g_bytes_get_data(speech, &size);

	g_assert_no_error(error);
	g_array_append_vals(samples, data, (guint)(size / sizeof(gint16)));
	g_array_set_size(samples, samples->len + 16000);
	g_array_append_vals(samples, data, (guint)(size / sizeof(gint16)));
	heard_save(fixture, "pause.wav", samples);
	heard_save_word(fixture, data, size / sizeof(gint16));
}

static void
heard_set_up(HeardFixture *fixture, gconstpointer data)
{
	fixture_set_up(&fixture->base, NULL);
	heard_save_cough(fixture);
	heard_save_pause(fixture);
}

static void
heard_tear_down(HeardFixture *fixture, gconstpointer data)
{
	listener_free(fixture->listener);
	fixture_tear_down(&fixture->base, NULL);
	service_stop(fixture->model);
	service_stop(fixture->ear);
	service_stop(fixture->voice);
}

static void
heard_add(const char *path, const HeardCase *what)
{
	g_test_add(path, HeardFixture, what, heard_set_up, heard_test, heard_tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	heard_add("/integration/heard/cut", &heard_cut);
	heard_add("/integration/heard/asked", &heard_asked);
	heard_add("/integration/heard/whole", &heard_whole);
	heard_add("/integration/heard/nothing", &heard_nothing);
	heard_add("/integration/heard/underrun", &heard_underrun);
	heard_add("/integration/heard/late", &heard_late);
	heard_add("/integration/heard/tool", &heard_tool);
	heard_add("/integration/heard/silent", &heard_silent);
	return g_test_run();
}
