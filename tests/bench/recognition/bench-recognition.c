/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How well the offline recogniser hears the sample assistant's callers: synthetic voices over an
 * 8 kHz mu-law line, through the pocketsphinx engine itself, understood by the dialog agent's own
 * code. Each voice is one call: its utterances follow each other in one session. Prints the figures
 * and ends with 1 when they are below their targets, 2 when it can't measure.
 *
 *   bench-recognition [--tuning] [--level DB] [--noise DB] [--voices N] [--verbose] [SCRIPT]
 */

#include "corpus.h"
#include "dialogue.h"
#include "pocketsphinx-engine.h"
#include <math.h>
#include <offhook/audio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BENCH_INTENTS_TARGET   0.97
#define BENCH_OFF_TOPIC_TARGET 0.80
#define BENCH_TIMEOUT_S        60

/* Utterances that are spoken at their real pace, to see how long the words take after their end. */
#define BENCH_PACED 10

typedef struct {
	const CorpusSet *set;
	OffhookEngine *engine;
	Dialogue *dialogue;
	double level;
	double noise;
	guint n_voices;
	gboolean verbose;
} Bench;

typedef struct {
	guint tried;
	guint right;
} BenchScore;

/* What came of an utterance. */
typedef struct {
	gboolean over;
	char *text;
	double confidence;
	guint partials;
	gint64 finished_us;
	gint64 took_us; /* from finish() to the final text */
} BenchHeard;

static void
bench_partial_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what, BenchHeard *heard)
{
	heard->partials++;
}

static void
bench_final_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what, BenchHeard *heard)
{
	heard->over = TRUE;
	heard->took_us = g_get_monotonic_time() - heard->finished_us;
	heard->text = g_strdup(what->text);
	heard->confidence = what->confidence;
}

static void
bench_failed_cb(OffhookTranscriber *transcriber, guint utterance, const GError *error,
		BenchHeard *heard)
{
	g_printerr("the engine failed: %s\n", error->message);
	exit(2);
}

static gboolean
bench_timeout_cb(gpointer data)
{
	g_printerr("no final text within %d s\n", BENCH_TIMEOUT_S);
	exit(2);
}

static void
bench_heard_clear(BenchHeard *heard)
{
	g_free(heard->text);
	memset(heard, 0, sizeof(*heard));
}

/* Frame by frame; @paced: as they come from a line. */
static void
bench_push(OffhookTranscriber *transcriber, const GArray *audio, gboolean paced)
{
	gint64 begin = g_get_monotonic_time();

	for (guint at = 0; at < audio->len; at += OFFHOOK_FRAME_SAMPLES) {
		gint64 due = begin + (gint64)at * G_USEC_PER_SEC / OFFHOOK_RATE;

		offhook_transcriber_push(transcriber, &g_array_index(audio, gint16, at),
					 MIN(audio->len - at, OFFHOOK_FRAME_SAMPLES));
		while (g_main_context_iteration(NULL, FALSE))
			;
		if (paced && due > g_get_monotonic_time())
			g_usleep((gulong)(due - g_get_monotonic_time()));
	}
}

/* @heard: (out): clear it */
static void
bench_hear(const Bench *bench, OffhookTranscriber *transcriber, CorpusContext context,
	   const GArray *audio, gboolean paced, BenchHeard *heard)
{
	guint timeout = g_timeout_add_seconds(BENCH_TIMEOUT_S, bench_timeout_cb, NULL);

	memset(heard, 0, sizeof(*heard));
	g_signal_connect(transcriber, "partial", G_CALLBACK(bench_partial_cb), heard);
	g_signal_connect(transcriber, "final", G_CALLBACK(bench_final_cb), heard);
	g_signal_connect(transcriber, "failed", G_CALLBACK(bench_failed_cb), heard);
	offhook_transcriber_begin(transcriber, 1,
				  dialogue_get_expectation(bench->dialogue, context));
	bench_push(transcriber, audio, paced);
	heard->finished_us = g_get_monotonic_time();
	offhook_transcriber_finish(transcriber);
	while (!heard->over)
		g_main_context_iteration(NULL, TRUE);
	g_signal_handlers_disconnect_by_data(transcriber, heard);
	g_source_remove(timeout);
}

static OffhookTranscriber *
bench_open(const Bench *bench)
{
	const OffhookTranscribeOptions options = {.language = "en-US"};
	g_autoptr(GError) error = NULL;
	OffhookTranscriber *transcriber =
	    offhook_engine_open_transcriber(bench->engine, &options, &error);

	if (transcriber == NULL) {
		g_printerr("%s\n", error->message);
		exit(2);
	}
	return transcriber;
}

static gboolean
bench_agree(char *said, char *heard)
{
	gboolean same = g_str_equal(said, heard);

	g_free(said);
	g_free(heard);
	return same;
}

static void
bench_count(BenchScore *score, gboolean right)
{
	score->tried++;
	score->right += right;
}

static double
bench_rate(BenchScore score)
{
	return score.tried > 0 ? (double)score.right / score.tried : 0.0;
}

static void
bench_print(const char *what, BenchScore score)
{
	g_print("%-56s %4u of %4u  %5.1f %%\n", what, score.right, score.tried,
		bench_rate(score) * 100.0);
}

static double
bench_get_cpu_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + now.tv_nsec / 1e9;
}

/* What all voices' calls gave. */
typedef struct {
	BenchScore intents;
	BenchScore details;
	BenchScore first;
	BenchScore off_topic;
	double audio_s;
	double cpu_s;
} BenchFigures;

static void
bench_judge(const Bench *bench, BenchFigures *figures, const CorpusVoice *voice,
	    const CorpusPhrase *phrase, const BenchHeard *heard, gboolean first)
{
	Dialogue *dialogue = bench->dialogue;
	gboolean right = *heard->text != '\0' &&
			 bench_agree(dialogue_get_intent(dialogue, phrase->context, phrase->text),
				     dialogue_get_intent(dialogue, phrase->context, heard->text));
	gboolean all =
	    right && bench_agree(dialogue_get_outcome(dialogue, phrase->context, phrase->text),
				 dialogue_get_outcome(dialogue, phrase->context, heard->text));

	bench_count(first ? &figures->first : &figures->intents, right);
	if (!first)
		bench_count(&figures->details, all);
	if (bench->verbose || !right)
		g_print("  %s %s%s: \"%s\" -> \"%s\" %.2f\n", right ? "right" : "WRONG",
			voice->name, first ? " (first words of a call)" : "", phrase->text,
			heard->text, heard->confidence);
}

/* The first utterance of a call, where nothing is known of the line: each phrase in its own call. */
static void
bench_first(const Bench *bench, BenchFigures *figures, const CorpusVoice *voice,
	    const CorpusPhrase *phrase, const GArray *audio)
{
	g_autoptr(OffhookTranscriber) transcriber = bench_open(bench);
	BenchHeard heard;

	bench_hear(bench, transcriber, phrase->context, audio, FALSE, &heard);
	bench_judge(bench, figures, voice, phrase, &heard, TRUE);
	bench_heard_clear(&heard);
}

static void
bench_voice(const Bench *bench, BenchFigures *figures, const CorpusVoice *voice)
{
	g_autoptr(OffhookTranscriber) transcriber = bench_open(bench);
	BenchHeard heard;

	for (guint i = 0; i < CORPUS_N_PHRASES + CORPUS_N_OFF_TOPIC; i++) {
		gboolean on_topic = i < CORPUS_N_PHRASES;
		const CorpusPhrase *phrase = on_topic ? &bench->set->phrases[i] : NULL;
		const char *text =
		    on_topic ? phrase->text : bench->set->off_topic[i - CORPUS_N_PHRASES];
		g_autoptr(GArray) audio = corpus_speak(voice, text, bench->level, bench->noise);
		double cpu = bench_get_cpu_s();

		bench_hear(bench, transcriber, on_topic ? phrase->context : CORPUS_START, audio,
			   FALSE, &heard);
		figures->cpu_s += bench_get_cpu_s() - cpu;
		figures->audio_s += (double)audio->len / OFFHOOK_RATE;
		if (on_topic) {
			bench_judge(bench, figures, voice, phrase, &heard, FALSE);
			bench_first(bench, figures, voice, phrase, audio);
		} else {
			bench_count(&figures->off_topic, *heard.text == '\0');
			if (bench->verbose || *heard.text != '\0')
				g_print("  %s %s: \"%s\" -> \"%s\" %.2f\n",
					*heard.text != '\0' ? "TAKEN" : "refused", voice->name,
					text, heard.text, heard.confidence);
		}
		bench_heard_clear(&heard);
	}
}

static int
bench_compare_cb(gconstpointer a, gconstpointer b)
{
	gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

	return (left > right) - (left < right);
}

/* At the pace of a line: how long after its end an utterance is understood. */
static void
bench_latency(const Bench *bench)
{
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(OffhookTranscriber) transcriber = bench_open(bench);
	guint partials = 0;

	for (guint i = 0; i < BENCH_PACED; i++) {
		const CorpusPhrase *phrase = &bench->set->phrases[i];
		g_autoptr(GArray) audio =
		    corpus_speak(&corpus_voices[0], phrase->text, bench->level, bench->noise);
		BenchHeard heard;

		bench_hear(bench, transcriber, phrase->context, audio, TRUE, &heard);
		g_array_append_val(times, heard.took_us);
		partials += heard.partials;
		bench_heard_clear(&heard);
	}
	g_array_sort(times, bench_compare_cb);
	g_print("%-56s %.0f ms median, %.0f ms worst of %u\n",
		"from the utterance's end to its words",
		g_array_index(times, gint64, times->len / 2) / 1000.0,
		g_array_index(times, gint64, times->len - 1) / 1000.0, times->len);
	g_print("%-56s %.1f\n", "partial texts an utterance", (double)partials / BENCH_PACED);
}

static OffhookEngine *
bench_make_engine(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings = offhook_settings_new(
	    offhook_pocketsphinx_engine_settings, NULL, "engine:pocketsphinx", &error);
	OffhookEngine *engine = g_object_new(OFFHOOK_TYPE_POCKETSPHINX_ENGINE, NULL);

	if (settings == NULL || !offhook_engine_configure(engine, settings, &error)) {
		g_printerr("%s\n", error->message);
		exit(2);
	}
	return engine;
}

static gboolean
bench_run(const Bench *bench)
{
	BenchFigures figures = {0};
	gboolean good;

	for (guint i = 0; i < bench->n_voices; i++)
		bench_voice(bench, &figures, &corpus_voices[i]);
	g_print("%u voices, %d phrases and %d off-topic sentences each, 8 kHz mu-law\n",
		bench->n_voices, CORPUS_N_PHRASES, CORPUS_N_OFF_TOPIC);
	bench_print("intents right", figures.intents);
	bench_print("intents right with day, time, number", figures.details);
	bench_print("intents right as the first words of a call", figures.first);
	bench_print("off-topic sentences rejected", figures.off_topic);
	g_print("%-56s %.3f\n", "CPU seconds a second of speech", figures.cpu_s / figures.audio_s);
	bench_latency(bench);
	good = bench_rate(figures.intents) >= BENCH_INTENTS_TARGET &&
	       bench_rate(figures.off_topic) >= BENCH_OFF_TOPIC_TARGET;
	g_print("%s: at least %.0f %% of the intents, at least %.0f %% of the rest rejected\n",
		good ? "reached" : "MISSED", BENCH_INTENTS_TARGET * 100,
		BENCH_OFF_TOPIC_TARGET * 100);
	return good;
}

int
main(int argc, char **argv)
{
	gboolean tuning = FALSE, verbose = FALSE;
	double level = -6.0, noise = -G_MAXDOUBLE;
	int n_voices = (int)corpus_n_voices;
	const GOptionEntry entries[] = {
	    {"tuning", 0, 0, G_OPTION_ARG_NONE, &tuning, "The set that tuning may look at", NULL},
	    {"level", 0, 0, G_OPTION_ARG_DOUBLE, &level, "Peak of the speech in dBFS", "DB"},
	    {"noise", 0, 0, G_OPTION_ARG_DOUBLE, &noise, "Peak of white noise in dBFS", "DB"},
	    {"voices", 0, 0, G_OPTION_ARG_INT, &n_voices, "Only the first N voices", "N"},
	    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, "Each utterance", NULL},
	    {NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("[SCRIPT]");
	g_autoptr(GError) error = NULL;
	g_autoptr(Dialogue) dialogue = NULL;
	g_autoptr(OffhookEngine) engine = NULL;
	Bench bench;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		g_printerr("%s\n", error->message);
		return 2;
	}
	dialogue = dialogue_new(argc > 1 ? argv[1] : BENCH_SCRIPT);
	engine = bench_make_engine();
	bench = (Bench){
	    .set = tuning ? &corpus_tuning : &corpus_test,
	    .engine = engine,
	    .dialogue = dialogue,
	    .level = pow(10.0, level / 20.0),
	    .noise = noise > -200.0 ? pow(10.0, noise / 20.0) : 0.0,
	    .n_voices = (guint)CLAMP(n_voices, 1, (int)corpus_n_voices),
	    .verbose = verbose,
	};
	return bench_run(&bench) ? 0 : 1;
}
