/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What callers hear when a service goes wrong: each fault of each service, in each of its roles, at the
 * start and in the middle of an answer, with an engine to fall back on and without. Each cell of the
 * matrix is a call to a daemon of its own, a few at a time. What was heard, and how long nothing was, is
 * read in the caller's log. The table is printed whatever it says.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

/* Nothing longer than this where something was due. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SILENCE_MS 6000
#else
#define SILENCE_MS 3000
#endif
#define AT_A_TIME 8

#define GREETING "Hello, this is the Trattoria Lucia."
#define ASKED    "what are your opening hours"
#define ANSWER   "We are open from nine to six. On Saturdays we close at two."
#define MODEL    "{\"transcripts\":[\"" ASKED "\"],\"answers\":[{\"text\":\"" ANSWER "\"}]}"
#define DIALOG                                                                                     \
	"{\"format\":1,\"name\":\"Test\",\"intents\":[{\"name\":\"hours\",\"label\":\"hear our "   \
	"opening hours\",\"phrases\":[\"" ASKED "\"],\"examples\":[\"" ASKED                       \
	"\"],\"answers\":[\"" ANSWER "\"]}],\"prompts\":{\"greeting\":[\"" GREETING "\"]}}"
/* Patient with what breaks off: it may go on. */
#define CALLER                                                                                     \
	"--to '@URL@' --auth-token " FIXTURE_AUTH_TOKEN " --log '@DIR@/call.jsonl' --quiet "       \
	"--greeting-timeout 8 --answer-timeout 8 --turn-gap %u --max-duration 60 "                 \
	"--say '" ASKED "'"

typedef enum { ROLE_STT, ROLE_LLM, ROLE_TTS, ROLE_LAST } Role;

#define STT  (1u << ROLE_STT)
#define LLM  (1u << ROLE_LLM)
#define TTS  (1u << ROLE_TTS)
#define EACH (STT | LLM | TTS)

/* How an assistant uses the engine in question; the others always work. */
static const struct {
	const char *name;
	const char *assistant;
	const char *fall_back; /* (nullable) */
} roles[] = {
    {"stt", "agents=dialog\ndialog.file=@DIR@/dialog.json\ntts=flite\nstt", "pocketsphinx"},
    {"llm", "agents=orchestrator,dialog\nstt=openai\ntts=flite\nllm", NULL},
    {"tts", "agents=dialog\ndialog.file=@DIR@/dialog.json\nstt=openai\ntts", "flite"},
};

typedef struct {
	const char *fault; /* as in the table */
	const char *name;  /* as in this emulator's URLs */
	guint roles;       /* where it can happen */
	gboolean late;     /* nothing tells of it but time, or half of an answer is out */
} Fault;

typedef struct {
	const char *engine;
	const char *emulator; /* a program below the build's root */
	const char *arguments;
	const char *settings;        /* of the engine, besides its URLs */
	const char *keys[ROLE_LAST]; /* the URL's, in each of its roles; NULL: has none */
	const Fault *faults;
} Service;

static const Fault openai_faults[] = {
    {"slow-first", "slow", EACH, TRUE},
    {"half-open", "half-open", EACH, TRUE},
    {"401", "401", EACH, FALSE},
    {"429", "429", EACH, FALSE},
    {"500", "500", EACH, FALSE},
    {"error-in-200", "error-200", EACH, FALSE},
    {"garbage", "html", EACH, FALSE},
    {"mid-stall", "stall", EACH, TRUE},
    {"mid-reset", "reset", EACH, TRUE},
    {"mid-close", "close", EACH, TRUE},
    {"mid-cut", "cut", LLM, TRUE},
    {"mid-error-in-200", "error", LLM, TRUE},
    {"mid-garbage", "garbage", STT | LLM, TRUE},
    {"mid-abort", "abort", LLM, TRUE},
    {NULL},
};

/* What services on WebSockets have in common. */
static const Fault socket_faults[] = {
    {"slow-first", "slow-first", EACH, TRUE},
    {"stall", "stall", EACH, TRUE},
    {"half-open", "half-open", EACH, TRUE},
    {"401", "401", EACH, FALSE},
    {"429", "429", EACH, FALSE},
    {"500", "500", EACH, FALSE},
    {"error-in-200", "error-in-200", EACH, FALSE},
    {"garbage", "garbage", EACH, FALSE},
    {"close-1011", "close-1011", EACH, FALSE},
    {"mid-stall", "mid-stall", EACH, TRUE},
    {"mid-half-open", "mid-half-open", EACH, TRUE},
    {"mid-error-in-200", "mid-error-in-200", EACH, TRUE},
    {"mid-garbage", "mid-garbage", EACH, TRUE},
    {"mid-close-1011", "mid-close-1011", EACH, TRUE},
    {NULL},
};

static const Service openai = {
    .engine = "openai",
    .emulator = "tests/emulators/openai/offhook-emulate-openai",
    .arguments = "--voice tone --script '@DIR@/model.json'",
    .settings = "",
    .keys = {"transcription-base-url", "base-url", "speech-base-url"},
    .faults = openai_faults,
};

static const Service elevenlabs = {
    .engine = "elevenlabs",
    .emulator = "tests/emulators/elevenlabs/offhook-emulate-elevenlabs",
    .arguments = "--voice tone",
    .settings = "api-key=any\n",
    .keys = {NULL, NULL, "base-url"},
    .faults = socket_faults,
};

typedef struct {
	gint64 greeting_ms; /* from the beginning to its first sound, -1: never */
	gint64 answer_ms;   /* from the caller's last sound to its first */
} Delays;

typedef struct {
	Fixture base;
	const Service *service;
	const Fault *fault; /* (nullable): the call by which the others are measured */
	Role role;
	gboolean alone; /* there is no engine to fall back on */
	GSubprocess *caller;

	Delays delays;
	gint64 gap_ms; /* the longest silence where something was due */
	char *said;    /* by the assistant, in all */
	char *ended;   /* by whom */
} Cell;

typedef struct {
	Fixture base;
	GPtrArray *emulators; /* of GSubprocess */
	GPtrArray *cells;
	char *good; /* the openai emulator */
} Faults;

/* ---- set-up ---- */

static void
write_file(Fixture *fixture, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(fixture->dir, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
cell_free(gpointer data)
{
	Cell *self = data;

	fixture_tear_down(&self->base, NULL);
	g_free(self->said);
	g_free(self->ended);
	g_free(self);
}

/* (transfer full): its URL */
static char *
start_emulator(Faults *self, const Service *service)
{
	GSubprocess *process =
	    fixture_spawn_program(&self->base, service->emulator, service->arguments);
	g_autoptr(GDataInputStream) output =
	    g_data_input_stream_new(g_subprocess_get_stdout_pipe(process));
	g_autofree char *line = g_data_input_stream_read_line(output, NULL, NULL, NULL);

	g_ptr_array_add(self->emulators, process);
	g_assert_nonnull(line);
	g_assert_true(g_str_has_prefix(line, "base-url="));
	return g_strdup(line + strlen("base-url="));
}

static void
set_up(Faults *self, gconstpointer data)
{
	fixture_set_up(&self->base, NULL);
	self->emulators = g_ptr_array_new_with_free_func(g_object_unref);
	self->cells = g_ptr_array_new_with_free_func(cell_free);
	write_file(&self->base, "model.json", MODEL);
	self->good = start_emulator(self, &openai);
}

static void
tear_down(Faults *self, gconstpointer data)
{
	for (guint i = 0; i < self->emulators->len; i++) {
		GSubprocess *emulator = g_ptr_array_index(self->emulators, i);

		g_subprocess_send_signal(emulator, SIGTERM);
		g_subprocess_wait(emulator, NULL, NULL);
	}
	g_ptr_array_unref(self->cells);
	g_ptr_array_unref(self->emulators);
	g_free(self->good);
	fixture_tear_down(&self->base, NULL);
}

/* @url with "/fault/NAME" behind the host. */
static char *
make_faulty(const char *url, const char *fault)
{
	const char *host = strstr(url, "://") + strlen("://");
	gsize length = (gsize)(host - url) + strcspn(host, "/");

	return g_strdup_printf("%.*s/fault/%s%s", (int)length, url, fault, url + length);
}

static void
configure(Cell *self, const char *url, const char *good)
{
	g_autofree char *faulty =
	    self->fault != NULL ? make_faulty(url, self->fault->name) : g_strdup(url);
	g_autoptr(GString) config =
	    g_string_new("[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n[engine:openai]\n");

	/* Its other roles are the working one's. */
	if (self->service != &openai || self->role != ROLE_LLM)
		g_string_append_printf(config, "base-url=%s\n", good);
	else
		g_string_append_printf(config, "transcription-base-url=%s\n", good);
	if (self->service != &openai)
		g_string_append_printf(config, "[engine:%s]\n%s", self->service->engine,
				       self->service->settings);
	/* A filler would hide how long nothing came. */
	g_string_append_printf(config,
			       "%s=%s\n[assistant:line]\ndriver=twilio\nfiller-after-ms=0\n"
			       "greeting=%s\n",
			       self->service->keys[self->role], faulty, GREETING);
	g_string_append_printf(config, "%s=%s", roles[self->role].assistant, self->service->engine);
	if (!self->alone)
		g_string_append_printf(config, ",%s", roles[self->role].fall_back);
	g_string_append_c(config, '\n');
	write_file(&self->base, "dialog.json", DIALOG);
	fixture_configure(&self->base, config->str);
}

static void
add_cell(Faults *self, const Service *service, const char *url, const Fault *fault, Role role,
	 gboolean alone)
{
	Cell *cell = g_new0(Cell, 1);

	*cell = (Cell){.service = service, .fault = fault, .role = role, .alone = alone};
	fixture_set_up(&cell->base, NULL);
	configure(cell, url, self->good);
	g_ptr_array_add(self->cells, cell);
}

static void
add_role(Faults *self, const Service *service, const char *url, Role role)
{
	add_cell(self, service, url, NULL, role, TRUE);
	for (const Fault *fault = service->faults; fault->fault != NULL; fault++) {
		if ((fault->roles & (1u << role)) == 0)
			continue;
		if (roles[role].fall_back != NULL)
			add_cell(self, service, url, fault, role, FALSE);
		/* Without any voice nobody can apologise. */
		if (role != ROLE_TTS)
			add_cell(self, service, url, fault, role, TRUE);
	}
}

/* ---- the calls ---- */

static void
start_call(Cell *self)
{
	g_autofree char *words = g_strdup_printf(CALLER, SILENCE_MS + 500);

	fixture_start(&self->base);
	self->caller = fixture_spawn_program(
	    &self->base, "tests/emulators/twilio/offhook-emulate-twilio", words);
}

static char *
read_said(Cell *self)
{
	g_autoptr(JsonObject) call = fixture_wait_call(&self->base, "completed");
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

static void
finish_call(Cell *self)
{
	g_autofree char *output = NULL;

	/* What was not heard is told by the log, and judged below. */
	g_subprocess_communicate_utf8(self->caller, NULL, NULL, &output, NULL, NULL);
	g_assert_true(g_subprocess_get_if_exited(self->caller));
	g_assert_cmpint(g_subprocess_get_exit_status(self->caller), <, 2);
	g_clear_object(&self->caller);
	self->said = read_said(self);
	fixture_stop(&self->base);
}

static void
hold_calls(Faults *self)
{
	for (guint first = 0; first < self->cells->len; first += AT_A_TIME) {
		guint end = MIN(first + AT_A_TIME, self->cells->len);

		for (guint i = first; i < end; i++)
			start_call(g_ptr_array_index(self->cells, i));
		for (guint i = first; i < end; i++)
			finish_call(g_ptr_array_index(self->cells, i));
	}
}

/* ---- what was heard ---- */

/* @due: how long both take when nothing is wrong */
static void
read_log(Cell *cell, const Delays *due)
{
	g_autofree char *path = g_build_filename(cell->base.dir, "call.jsonl", NULL);
	g_autofree char *all = NULL;
	g_auto(GStrv) lines = NULL;
	gint64 silent_ms = due->greeting_ms; /* since when something is due */
	gint64 end_ms = -1;

	g_assert_true(g_file_get_contents(path, &all, NULL, NULL));
	lines = g_strsplit(g_strstrip(all), "\n", -1);
	cell->delays = (Delays){-1, -1};
	for (char **line = lines; *line != NULL; line++) {
		g_autoptr(JsonNode) node = json_from_string(*line, NULL);
		JsonObject *event = json_node_get_object(node);
		const char *name = json_object_get_string_member(event, "event");
		gint64 ms = json_object_get_int_member(event, "ms");

		if (g_str_equal(name, "caller-end")) {
			end_ms = ms;
			silent_ms = ms + due->answer_ms;
		} else if (g_str_equal(name, "agent-start")) {
			if (end_ms >= 0 && cell->delays.answer_ms < 0)
				cell->delays.answer_ms = ms - end_ms;
			else if (end_ms < 0 && cell->delays.greeting_ms < 0)
				cell->delays.greeting_ms = ms;
			cell->gap_ms = MAX(cell->gap_ms, ms - silent_ms);
		} else if (g_str_equal(name, "agent-stop")) {
			silent_ms = ms;
		} else if (g_str_equal(name, "call-ended")) {
			cell->ended = g_strdup(json_object_get_string_member(event, "outcome"));
		}
	}
}

/* What it came to; NULL: what never may be. */
static const char *
judge(const Cell *cell)
{
	const char *answer = cell->said;

	if (cell->delays.greeting_ms < 0 || cell->delays.answer_ms < 0 || cell->gap_ms > SILENCE_MS)
		return NULL;
	if (!g_str_has_prefix(answer, GREETING))
		return NULL;
	answer += strlen(GREETING);
	if (strstr(answer, ANSWER) != NULL)
		return "answer";
	/*
	 * With another engine there is no need for excuses, unless too little time is left for it. On a busy
	 * machine that is always so of the recogniser.
	 */
	if (cell->fault == NULL || (!cell->alone && !cell->fault->late && cell->role != ROLE_STT))
		return NULL;
	answer += strspn(answer, " |");
	return *answer != '\0' && !g_str_has_prefix(ANSWER, answer) ? "apology" : NULL;
}

/* Returns: how many cells are wrong; @fallen_back: how many got their answer through the other engine */
static guint
print_table(Faults *self, guint *fallen_back)
{
	guint n_wrong = 0;

	g_print("# engine | role | fault | fall-back | greeting ms | answer ms | silence ms | "
		"outcome | said\n");
	for (guint i = 0; i < self->cells->len; i++) {
		Cell *cell = g_ptr_array_index(self->cells, i);
		const char *outcome = judge(cell);

		n_wrong += outcome == NULL;
		*fallen_back += !cell->alone && g_strcmp0(outcome, "answer") == 0;
		g_print("# %s | %s | %s | %s | %" G_GINT64_FORMAT " | %" G_GINT64_FORMAT
			" | %" G_GINT64_FORMAT " | %s | %s (%s)\n",
			cell->service->engine, roles[cell->role].name,
			cell->fault != NULL ? cell->fault->fault : "none",
			cell->alone ? "none" : roles[cell->role].fall_back,
			cell->delays.greeting_ms, cell->delays.answer_ms, cell->gap_ms,
			outcome != NULL ? outcome : "WRONG", cell->said, cell->ended);
	}
	return n_wrong;
}

static void
test_faults(Faults *self, gconstpointer data)
{
	const Service *service = data;
	g_autofree char *url = start_emulator(self, service);
	const Delays none = {0, 0};
	const Delays *due = &none;
	guint fallen_back = 0;

	for (Role role = 0; role < ROLE_LAST; role++)
		if (service->keys[role] != NULL)
			add_role(self, service, url, role);
	hold_calls(self);
	for (guint i = 0; i < self->cells->len; i++) {
		Cell *cell = g_ptr_array_index(self->cells, i);

		read_log(cell, cell->fault == NULL ? &none : due);
		if (cell->fault == NULL)
			due = &cell->delays;
	}
	g_assert_cmpuint(print_table(self, &fallen_back), ==, 0);
	g_assert_cmpuint(fallen_back, >, 0);
}

int
main(int argc, char **argv)
{
	static const Service *const services[] = {&openai, &elevenlabs};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(services); i++) {
		g_autofree char *path =
		    g_strconcat("/integration/faults/", services[i]->engine, NULL);

		g_test_add(path, Faults, services[i], set_up, test_faults, tear_down);
	}
	return g_test_run();
}
