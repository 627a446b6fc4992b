/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What callers hear when a service goes wrong: each fault of each service, in each of its stages, at the
 * start and in the middle of an answer, with somebody to fall back on and without. Each cell of the
 * matrix is a call to an assistant of its own, which uses the service under a name of its own; so one
 * daemon holds many of them at once. The table is printed whatever it says.
 */

#include "fault-cell.h"

#include "harness.h"

#include <stdlib.h>
#include <string.h>

/* Calls at once: as many as the machine can hold without being late itself. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define AT_A_TIME 6
#else
#define AT_A_TIME 8
#endif

#define MODEL                                                                                      \
	"{\"transcripts\":[\"" FAULT_ASKED "\"],\"answers\":[{\"text\":\"" FAULT_ANSWER "\"}]}"
#define DIALOG                                                                                     \
	"{\"format\":1,\"name\":\"Test\",\"intents\":[{\"name\":\"hours\",\"label\":\"hear our "   \
	"opening hours\",\"phrases\":[\"" FAULT_ASKED "\"],\"examples\":[\"" FAULT_ASKED           \
	"\"],\"answers\":[\"" FAULT_ANSWER "\"]}],\"prompts\":{\"greeting\":[\"" FAULT_GREETING    \
	"\"]}}"
#define SCRIPTED "agents=dialog\ndialog.file=@DIR@/dialog.json\n"

typedef enum { STAGE_STT, STAGE_LLM, STAGE_TTS, STAGE_S2S, STAGE_LAST } Stage;

#define STT  (1u << STAGE_STT)
#define LLM  (1u << STAGE_LLM)
#define TTS  (1u << STAGE_TTS)
#define S2S  (1u << STAGE_S2S)
#define EACH (STT | LLM | TTS | S2S)

/* How an assistant uses the service in question, and who is there when that fails. */
typedef struct {
	const char *fall_back; /* as in the table */
	const char *assistant; /* %s: the service */
	FaultEnd end;
} Setting;

#define MAX_SETTINGS 3

static const struct {
	const char *name;
	/* The last is also the one without a fault. */
	Setting settings[MAX_SETTINGS];
} stages[STAGE_LAST] = {
    [STAGE_STT] = {"stt",
		   {{"pocketsphinx", SCRIPTED "tts=flite\nstt=%s,pocketsphinx", FAULT_IN_TIME},
		    {"none", SCRIPTED "tts=flite\nstt=%s", FAULT_APOLOGISED}}},
    [STAGE_LLM] =
	{"llm",
	 {{"good", "agents=orchestrator\nstt=good\ntts=flite\nllm=%s,good", FAULT_ANSWERED},
	  {"dialog", "agents=orchestrator,dialog\nstt=good\ntts=flite\nllm=%s", FAULT_APOLOGISED},
	  {"none", "agents=orchestrator\nstt=good\ntts=flite\nllm=%s", FAULT_APOLOGISED}}},
    /* Without a voice nobody could apologise: there is always a last one. */
    [STAGE_TTS] = {"tts",
		   {{"flite", SCRIPTED "stt=good\ntts=%s,flite", FAULT_ANSWERED},
		    {"none", SCRIPTED "stt=good\ntts=%s", FAULT_ANSWERED}}},
    [STAGE_S2S] = {"s2s",
		   {{"dialog",
		     "agents=%s,dialog\ndialog.file=@DIR@/dialog.json\nstt=good\ntts=flite",
		     FAULT_APOLOGISED},
		    {"none", "agents=%s\nstt=good\ntts=flite", FAULT_APOLOGISED}}},
};

typedef struct {
	const char *fault; /* as in the table */
	const char *name;  /* as in this emulator's URLs */
	guint stages;      /* where it can happen */
} Fault;

typedef struct {
	const char *plugin;
	const char *kind;     /* of its section */
	const char *emulator; /* a program below the build's root */
	const char *arguments;
	const char *settings;         /* besides its URL */
	const char *keys[STAGE_LAST]; /* the URL's, in each of its stages; NULL: has none */
	const Fault *faults;
} Service;

static const Fault openai_faults[] = {
    {"slow-first", "slow", EACH},
    {"half-open", "half-open", EACH},
    {"401", "401", EACH},
    {"429", "429", EACH},
    {"500", "500", EACH},
    {"error-in-200", "error-200", EACH},
    {"garbage", "html", EACH},
    {"mid-stall", "stall", EACH},
    {"mid-reset", "reset", EACH},
    {"mid-close", "close", EACH},
    {"mid-cut", "cut", LLM},
    {"mid-error-in-200", "error", LLM},
    {"mid-garbage", "garbage", STT | LLM},
    {"mid-abort", "abort", LLM},
    {NULL},
};

/* What services on WebSockets have in common. */
static const Fault socket_faults[] = {
    {"slow-first", "slow-first", EACH},
    {"stall", "stall", EACH},
    {"half-open", "half-open", EACH},
    {"401", "401", EACH},
    {"429", "429", EACH},
    {"500", "500", EACH},
    {"error-in-200", "error-in-200", EACH},
    {"garbage", "garbage", EACH},
    {"close-1011", "close-1011", EACH},
    {"mid-stall", "mid-stall", EACH},
    {"mid-half-open", "mid-half-open", EACH},
    {"mid-error-in-200", "mid-error-in-200", EACH},
    {"mid-garbage", "mid-garbage", EACH},
    {"mid-close-1011", "mid-close-1011", EACH},
    {NULL},
};

static const Service openai = {
    .plugin = "openai",
    .kind = "engine",
    .emulator = "tests/emulators/openai/offhook-emulate-openai",
    .arguments = "--voice tone --script '@DIR@/model.json'",
    .settings = "",
    .keys = {"base-url", "base-url", "base-url", NULL},
    .faults = openai_faults,
};

static const Service elevenlabs = {
    .plugin = "elevenlabs",
    .kind = "engine",
    .emulator = "tests/emulators/elevenlabs/offhook-emulate-elevenlabs",
    .arguments = "--voice tone",
    .settings = "api-key=any\n",
    .keys = {NULL, NULL, "base-url", NULL},
    .faults = socket_faults,
};

static const Service deepgram = {
    .plugin = "deepgram",
    .kind = "engine",
    .emulator = "tests/emulators/deepgram/offhook-emulate-deepgram",
    .arguments = "--voice tone --transcript '" FAULT_ASKED "'",
    .settings = "api-key=any\n",
    .keys = {"base-url", NULL, "base-url", NULL},
    .faults = socket_faults,
};

static const Service realtime = {
    .plugin = "realtime",
    .kind = "agent",
    .emulator = "tests/emulators/realtime/offhook-emulate-realtime",
    .arguments = "--voice tone --script '@DIR@/model.json'",
    .settings = "api-key=any\n",
    .keys = {NULL, NULL, NULL, "url"},
    .faults = socket_faults,
};

typedef struct {
	Fixture base;
	GPtrArray *emulators; /* of GSubprocess */
	GPtrArray *cells;     /* of FaultCell */
	GString *config;
	double load; /* the most, see measure_load() */
} Faults;

/* ---- set-up ---- */

static void
write_file(Fixture *fixture, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(fixture->dir, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
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
	const char *url = line != NULL ? strchr(line, '=') : NULL;

	g_ptr_array_add(self->emulators, process);
	g_assert_nonnull(url);
	return g_strdup(url + 1);
}

static void
set_up(Faults *self, gconstpointer data)
{
	g_autofree char *good = NULL;

	fixture_set_up(&self->base, NULL);
	self->emulators = g_ptr_array_new_with_free_func(g_object_unref);
	self->cells = g_ptr_array_new_with_free_func((GDestroyNotify)fault_cell_free);
	write_file(&self->base, "model.json", MODEL);
	write_file(&self->base, "dialog.json", DIALOG);
	good = start_emulator(self, &openai);
	self->config = g_string_new("[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n");
	g_string_append_printf(self->config, "[engine:good]\nplugin=openai\nbase-url=%s\n", good);
}

static void
tear_down(Faults *self, gconstpointer data)
{
	fixture_tear_down(&self->base, NULL);
	for (guint i = 0; i < self->emulators->len; i++) {
		GSubprocess *emulator = g_ptr_array_index(self->emulators, i);

		g_subprocess_send_signal(emulator, SIGTERM);
		g_subprocess_wait(emulator, NULL, NULL);
	}
	g_ptr_array_unref(self->cells);
	g_ptr_array_unref(self->emulators);
	g_string_free(self->config, TRUE);
}

/* @url with "/fault/NAME" behind the host. */
static char *
make_faulty(const char *url, const char *fault)
{
	const char *host = strstr(url, "://") + strlen("://");
	gsize length = (gsize)(host - url) + strcspn(host, "/");

	return g_strdup_printf("%.*s/fault/%s%s", (int)length, url, fault, url + length);
}

/* @fault: (nullable) */
static void
add_cell(Faults *self, const Service *service, const char *url, Stage stage, const Setting *setting,
	 const Fault *fault)
{
	FaultCell *cell = fault_cell_new(&self->base, self->cells->len + 1);
	g_autofree char *faulty = fault != NULL ? make_faulty(url, fault->name) : g_strdup(url);
	g_autofree char *name = g_strdup_printf("cell-%u", cell->number);
	g_autofree char *number = fault_cell_get_number(cell);
	g_auto(GStrv) halves = g_strsplit(setting->assistant, "%s", 2);

	cell->service = service->plugin;
	cell->stage = stages[stage].name;
	cell->fault = fault != NULL ? fault->fault : "none";
	cell->fall_back = setting->fall_back;
	cell->end = fault != NULL ? setting->end : FAULT_ANSWERED;
	g_string_append_printf(self->config, "[%s:%s]\nplugin=%s\n%s%s=%s\n", service->kind, name,
			       service->plugin, service->settings, service->keys[stage], faulty);
	/* A filler would hide how long nothing came. */
	g_string_append_printf(self->config,
			       "[assistant:%s]\nnumber=%s\nfiller-after-ms=0\n"
			       "greeting=" FAULT_GREETING "\n%s%s%s\n",
			       name, number, halves[0], name, halves[1]);
	g_ptr_array_add(self->cells, cell);
}

static void
add_stage(Faults *self, const Service *service, const char *url, Stage stage)
{
	const Setting *settings = stages[stage].settings;
	guint n = 0;

	while (n < MAX_SETTINGS && settings[n].fall_back != NULL)
		n++;
	add_cell(self, service, url, stage, &settings[n - 1], NULL);
	for (const Fault *fault = service->faults; fault->fault != NULL; fault++)
		for (guint i = 0; i < n; i++)
			if (fault->stages & (1u << stage))
				add_cell(self, service, url, stage, &settings[i], fault);
}

/* ---- the calls ---- */

static guint
count_calling(Faults *self)
{
	guint n = 0;

	for (guint i = 0; i < self->cells->len; i++)
		n += ((FaultCell *)g_ptr_array_index(self->cells, i))->caller != NULL;
	return n;
}

/*
 * How many times longer than on a quiet machine everything may take: three times at most. The daemon has
 * the lowest claim to the processors of all that runs.
 */
static double
measure_load(void)
{
	double load = 0;

	if (getloadavg(&load, 1) != 1)
		return 1;
	return CLAMP(load / g_get_num_processors() / 2, 1, 3);
}

/* Those @good without a fault, or the others. */
static void
hold_some_calls(Faults *self, gboolean good)
{
	guint next = 0;

	while (next < self->cells->len || count_calling(self) > 0) {
		FaultCell *cell =
		    next < self->cells->len ? g_ptr_array_index(self->cells, next) : NULL;

		if (cell != NULL && g_str_equal(cell->fault, "none") != good)
			next++;
		else if (cell != NULL && count_calling(self) < AT_A_TIME) {
			self->load = MAX(self->load, measure_load());
			fault_cell_call(cell, self->load);
			next++;
		} else {
			g_main_context_iteration(NULL, TRUE);
		}
	}
}

/* First those that tell how long it takes when nothing is wrong; they also have the daemon load its engines. */
static void
hold_calls(Faults *self)
{
	hold_some_calls(self, TRUE);
	hold_some_calls(self, FALSE);
}

/* ---- the table ---- */

static void
read_cells(Faults *self)
{
	const FaultDelays none = {0, 0};
	const FaultDelays *due = &none;

	for (guint i = 0; i < self->cells->len; i++) {
		FaultCell *cell = g_ptr_array_index(self->cells, i);
		gboolean good = g_str_equal(cell->fault, "none");

		fault_cell_read(cell, good ? &none : due);
		if (good)
			due = &cell->delays;
	}
}

/* Of a call that must not be. */
static void
print_journal(const FaultCell *cell)
{
	g_autofree char *journal = fault_cell_read_journal(cell);
	g_auto(GStrv) lines = g_strsplit(journal, "\n", -1);

	for (char **line = lines; *line != NULL; line++)
		if (strstr(*line, "\"mark-") == NULL)
			g_print("#     %s\n", *line);
}

/* Returns: how many cells are wrong */
static guint
print_table(Faults *self)
{
	guint n_wrong = 0;

	g_print("# silence up to %.0f ms is right on this machine today\n",
		FAULT_SILENCE_MS * self->load);
	g_print("# engine | stage | fault | fall-back | greeting ms | answer ms | silence ms | "
		"outcome | said\n");
	for (guint i = 0; i < self->cells->len; i++) {
		FaultCell *cell = g_ptr_array_index(self->cells, i);
		const char *outcome = fault_cell_judge(cell, self->load);

		n_wrong += outcome == NULL;
		g_print("# %s | %s | %s | %s | %" G_GINT64_FORMAT " | %" G_GINT64_FORMAT
			" | %" G_GINT64_FORMAT " | %s | %s (%s)\n",
			cell->service, cell->stage, cell->fault, cell->fall_back,
			cell->delays.greeting_ms, cell->delays.answer_ms, cell->gap_ms,
			outcome != NULL ? outcome : "WRONG", cell->said, cell->ended);
		if (outcome == NULL)
			print_journal(cell);
	}
	return n_wrong;
}

typedef struct {
	const Service *service;
	Stage stage;
} Part;

static void
test_faults(Faults *self, gconstpointer data)
{
	const Part *part = data;
	g_autofree char *url = start_emulator(self, part->service);

	add_stage(self, part->service, url, part->stage);
	fixture_configure(&self->base, self->config->str);
	fixture_start(&self->base);
	hold_calls(self);
	read_cells(self);
	g_assert_cmpuint(print_table(self), ==, 0);
}

int
main(int argc, char **argv)
{
	static const Part parts[] = {
	    {&openai, STAGE_STT},   {&openai, STAGE_LLM},   {&openai, STAGE_TTS},
	    {&deepgram, STAGE_STT}, {&deepgram, STAGE_TTS}, {&elevenlabs, STAGE_TTS},
	    {&realtime, STAGE_S2S},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path =
		    g_strdup_printf("/integration/faults/%s/%s", parts[i].service->plugin,
				    stages[parts[i].stage].name);

		g_test_add(path, Faults, &parts[i], set_up, test_faults, tear_down);
	}
	return g_test_run();
}
