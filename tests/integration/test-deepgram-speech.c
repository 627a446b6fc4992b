/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The deepgram engine against its emulator: the contracts of transcribers and synthesizers, silence
 * that lasts, interruptions, the limit of flushes, every fault, and what becomes of the sockets.
 */

#include "deepgram-config.h"
#include "deepgram-engine.h"
#include "service.h"

#include "harness.h"
#include "synthesizer-contract.h"
#include "transcriber-contract.h"

#include <offhook/json.h>
#include <string.h>

#define QUICK "--voice tone --first-audio 5 --audio-speed 500 --transcript-delay 5 "
#define LINES "--transcript 'what are your opening hours' --transcript 'goodbye' "

static Service *service; /* of the test */

/* ---- the engine ---- */

/* @settings: "name=value", separated by ';' */
static OffhookEngine *
open_engine(const char *settings)
{
	g_autoptr(GHashTable) values =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *all =
	    g_strdup_printf("base-url=%s;%s", service_get_base_url(service), settings);
	g_auto(GStrv) pairs = g_strsplit(all, ";", -1);
	g_autoptr(OffhookSettings) checked = NULL;
	g_autoptr(GError) error = NULL;
	OffhookEngine *engine = g_object_new(OFFHOOK_TYPE_DEEPGRAM_ENGINE, NULL);

	for (char **pair = pairs; *pair != NULL && **pair != '\0'; pair++) {
		g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);

		g_hash_table_insert(values, g_strdup(parts[0]), g_strdup(parts[1]));
	}
	checked =
	    offhook_settings_new(offhook_deepgram_settings, values, "engine:deepgram", &error);
	g_assert_no_error(error);
	g_assert_true(offhook_engine_configure(engine, checked, &error));
	g_assert_no_error(error);
	return engine;
}

static OffhookEngine *
open_plain(void)
{
	return open_engine("api-key=k");
}

static void
test_start(void)
{
	service = service_start("deepgram", QUICK LINES "--key k");
}

/* No socket outlives its session. */
static void
stop(void)
{
	service_wait_for_count(service, "open", 0);
	g_clear_pointer(&service, service_stop);
}

/* ---- hearing ---- */

typedef struct {
	OffhookEngine *engine;
	OffhookTranscriber *transcriber;
	GString *heard; /* "1:text;" or "1!code;" */
	GString *partials;
	double confidence;
	gboolean ended;
} Ear;

static void
ear_partial_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what, gpointer user_data)
{
	g_string_append_printf(((Ear *)user_data)->partials, "%s;", what->text);
}

static void
ear_final_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what, gpointer user_data)
{
	Ear *self = user_data;

	g_string_append_printf(self->heard, "%u:%s;", what->utterance, what->text);
	self->confidence = what->confidence;
	self->ended = TRUE;
}

static void
ear_failed_cb(OffhookTranscriber *transcriber, guint utterance, const GError *error,
	      gpointer user_data)
{
	Ear *self = user_data;

	g_test_message("%s", error->message);
	g_assert_true(error->domain == OFFHOOK_ERROR);
	g_assert_null(strstr(error->message, "secret"));
	g_string_append_printf(self->heard, "%u!%d;", utterance, error->code);
	self->ended = TRUE;
}

static Ear *
ear_new(const char *settings)
{
	const OffhookTranscribeOptions options = {.language = "en-US"};
	Ear *self = g_new0(Ear, 1);
	g_autoptr(GError) error = NULL;

	self->engine = open_engine(settings);
	self->transcriber = offhook_engine_open_transcriber(self->engine, &options, &error);
	g_assert_no_error(error);
	self->heard = g_string_new(NULL);
	self->partials = g_string_new(NULL);
	g_signal_connect(self->transcriber, "partial", G_CALLBACK(ear_partial_cb), self);
	g_signal_connect(self->transcriber, "final", G_CALLBACK(ear_final_cb), self);
	g_signal_connect(self->transcriber, "failed", G_CALLBACK(ear_failed_cb), self);
	return self;
}

static void
ear_free(Ear *self)
{
	g_assert_finalize_object(self->transcriber);
	g_object_unref(self->engine);
	g_string_free(self->heard, TRUE);
	g_string_free(self->partials, TRUE);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ear, ear_free)

static void
ear_begin(Ear *self, guint utterance, guint ms)
{
	gint16 frame[OFFHOOK_FRAME_SAMPLES];

	memset(frame, 1, sizeof frame);
	self->ended = FALSE;
	offhook_transcriber_begin(self->transcriber, utterance, NULL);
	for (guint at = 0; at < ms; at += OFFHOOK_FRAME_MS)
		offhook_transcriber_push(self->transcriber, frame, OFFHOOK_FRAME_SAMPLES);
}

static void
ear_say(Ear *self, guint utterance, guint ms)
{
	ear_begin(self, utterance, ms);
	offhook_transcriber_finish(self->transcriber);
	harness_wait_for(&self->ended, "a transcript");
}

static void
ear_expect(Ear *self, const char *heard)
{
	g_assert_cmpstr(self->heard->str, ==, heard);
	g_string_truncate(self->heard, 0);
}

/* What is settled on the way and what comes at the end is one text. */
static void
test_partials(void)
{
	g_autoptr(Ear) ear = NULL;

	service = service_start("deepgram", QUICK "--transcript 'one two three four five six seven "
						  "eight nine ten eleven twelve thirteen'");
	ear = ear_new("keyterms=Lucia, Trattoria Lucia;model=nova-3");
	ear_say(ear, 1, 4000);
	ear_expect(ear,
		   "1:one two three four five six seven eight nine ten eleven twelve thirteen;");
	g_assert_cmpfloat(ear->confidence, >, 0.9);
	g_assert_true(
	    g_str_has_prefix(ear->partials->str, "one;one two three;one two three four;"));
	g_assert_nonnull(
	    strstr(ear->partials->str, "one two three four five six seven eight nine ten;"));
	g_clear_pointer(&ear, ear_free);
	stop();
}

static gboolean
over_cb(gpointer user_data)
{
	*(gboolean *)user_data = TRUE;
	return G_SOURCE_REMOVE;
}

/* The service gives up on those who neither speak nor show that they live. */
static void
test_silence(void)
{
	g_autoptr(Ear) ear = NULL;
	gboolean over = FALSE;

	service = service_start("deepgram", QUICK LINES "--idle 7000");
	ear = ear_new("");
	ear_say(ear, 1, 500);
	g_timeout_add_seconds(8, over_cb, &over);
	harness_wait_for(&over, "eight seconds of silence");
	ear_say(ear, 2, 500);
	ear_expect(ear, "1:what are your opening hours;2:goodbye;");
	g_assert_cmpint(service_count(service, "connections"), ==, 1);
	g_assert_cmpint(service_count(service, "kept_alive"), >=, 1);
	g_clear_pointer(&ear, ear_free);
	stop();
}

/* A slow recogniser is waited for, however long: deadlines are not ours. */
static void
test_slow(void)
{
	g_autoptr(Ear) ear = NULL;

	service = service_start("deepgram", LINES "--transcript-delay 1500");
	ear = ear_new("");
	ear_say(ear, 1, 300);
	ear_expect(ear, "1:what are your opening hours;");
	g_clear_pointer(&ear, ear_free);
	stop();
}

/* The socket that is gone is opened again for the next utterance, and only then. */
static void
test_comes_back(void)
{
	g_autoptr(Ear) ear = NULL;

	service = service_start("deepgram", QUICK LINES);
	ear = ear_new("");
	ear_say(ear, 1, 500);
	service_set_fault(service, "close-1011?times=1");
	ear_say(ear, 2, 1000);
	service_wait_for_count(service, "open", 0);
	ear_say(ear, 3, 500);
	{
		g_autofree char *expected = g_strdup_printf(
		    "1:what are your opening hours;2!%d;3:what are your opening hours;",
		    OFFHOOK_ERROR_PROVIDER);

		ear_expect(ear, expected);
	}
	g_assert_cmpint(service_count(service, "connections"), ==, 2);
	g_clear_pointer(&ear, ear_free);
	stop();
}

/* Faults that are told; those that are silence are for the core's deadlines. */
static const struct {
	const char *fault;
	int code;
} faults[] = {
    {"401", OFFHOOK_ERROR_AUTHENTICATION},  {"429", OFFHOOK_ERROR_RATE_LIMITED},
    {"500", OFFHOOK_ERROR_PROVIDER},        {"error-in-200", OFFHOOK_ERROR_PROVIDER},
    {"garbage", OFFHOOK_ERROR_FORMAT},      {"close-1011", OFFHOOK_ERROR_PROVIDER},
    {"half-open", OFFHOOK_ERROR_TIMED_OUT}, {"mid-429", OFFHOOK_ERROR_PROVIDER},
    {"mid-garbage", OFFHOOK_ERROR_FORMAT},  {"mid-close-1011", OFFHOOK_ERROR_PROVIDER},
};

static void
test_hearing_faults(void)
{
	service = service_start("deepgram", QUICK LINES);
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *expected = g_strdup_printf("7!%d;", faults[i].code);
		g_autoptr(Ear) ear = NULL;

		g_test_message("%s", faults[i].fault);
		service_set_fault(service, faults[i].fault);
		ear = ear_new("connect-timeout-ms=2500;api-key=secret");
		ear_say(ear, 7, 1500);
		ear_expect(ear, expected);
		/* ... and when all is well again, the next one is heard. */
		service_set_fault(service, "none");
		ear_say(ear, 8, 500);
		ear_expect(ear, "8:what are your opening hours;");
	}
	stop();
}

static void
test_unreachable(void)
{
	g_autoptr(Ear) ear = NULL;
	g_autofree char *expected = g_strdup_printf("1!%d;", OFFHOOK_ERROR_UNAVAILABLE);

	service = service_start("deepgram", QUICK);
	ear = ear_new("");
	g_clear_pointer(&service, service_abandon);
	ear_say(ear, 1, 300);
	ear_expect(ear, expected);
}

static void
test_wrong_key(void)
{
	g_autoptr(Ear) ear = NULL;
	g_autofree char *expected = g_strdup_printf("1!%d;", OFFHOOK_ERROR_AUTHENTICATION);

	service = service_start("deepgram", QUICK "--key right");
	ear = ear_new("api-key=secret");
	ear_say(ear, 1, 300);
	ear_expect(ear, expected);
	g_clear_pointer(&ear, ear_free);
	stop();
}

/* What the service does not know it refuses; which model it was is in its words. */
static void
test_unknown_model(void)
{
	g_autoptr(Ear) ear = NULL;
	g_autofree char *expected = g_strdup_printf("1!%d;", OFFHOOK_ERROR_INVALID_ARGUMENT);

	service = service_start("deepgram", QUICK);
	ear = ear_new("model=nova-99");
	ear_say(ear, 1, 300);
	ear_expect(ear, expected);
	g_clear_pointer(&ear, ear_free);
	service_wait_for_count(service, "open", 0);
	g_clear_pointer(&service, service_abandon);
}

/* --check-config opens sessions and drops them: nobody hears of that. */
static void
test_touches_nothing(void)
{
	service = service_start("deepgram", QUICK);
	for (guint i = 0; i < 10; i++) {
		g_autoptr(OffhookEngine) engine = open_plain();

		g_object_unref(offhook_engine_open_transcriber(engine, NULL, NULL));
		g_object_unref(offhook_engine_open_synthesizer(engine, NULL, NULL));
	}
	g_assert_cmpint(service_count(service, "connections"), ==, 0);
	stop();
}

/* ---- speaking ---- */

typedef struct {
	OffhookEngine *engine;
	OffhookSynthesizer *synthesizer;
	guint bytes[128]; /* of each piece */
	guint last;
	guint n_done;
	guint wanted;
	gboolean sounding;
	GError *error; /* (nullable): the last one */
} Voice;

static void
voice_audio_cb(OffhookSynthesizer *synthesizer, guint piece, GBytes *audio, gpointer user_data)
{
	Voice *self = user_data;

	g_assert_cmpuint(piece, >=, self->last);
	self->last = piece;
	self->bytes[piece] += (guint)g_bytes_get_size(audio);
	self->sounding = TRUE;
}

static void
voice_done_cb(OffhookSynthesizer *synthesizer, guint piece, const GError *error, gpointer user_data)
{
	Voice *self = user_data;

	g_assert_cmpuint(piece, >=, self->last);
	self->n_done++;
	if (error != NULL) {
		g_test_message("%s", error->message);
		g_assert_null(strstr(error->message, "secret"));
		g_clear_error(&self->error);
		self->error = g_error_copy(error);
	}
}

static Voice *
voice_new(const char *settings)
{
	const OffhookSynthesizeOptions options = {.language = "en-US"};
	Voice *self = g_new0(Voice, 1);
	g_autoptr(GError) error = NULL;

	self->engine = open_engine(settings);
	self->synthesizer = offhook_engine_open_synthesizer(self->engine, &options, &error);
	g_assert_no_error(error);
	g_signal_connect(self->synthesizer, "audio", G_CALLBACK(voice_audio_cb), self);
	g_signal_connect(self->synthesizer, "done", G_CALLBACK(voice_done_cb), self);
	return self;
}

static void
voice_free(Voice *self)
{
	g_assert_finalize_object(self->synthesizer);
	g_object_unref(self->engine);
	g_clear_error(&self->error);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Voice, voice_free)

static gboolean
voice_is_through(gpointer data)
{
	return ((Voice *)data)->n_done >= ((Voice *)data)->wanted;
}

static void
voice_wait(Voice *self, guint n)
{
	self->wanted = n;
	harness_wait_until(voice_is_through, self, "the pieces to be done");
}

/* As long as the emulator's tone: 60 ms a character, and one for the space after it. */
static void
test_length(void)
{
	static const char text[] = "We are open from noon until half past ten.";
	g_autoptr(Voice) voice = NULL;

	service = service_start("deepgram", QUICK);
	voice = voice_new("");
	offhook_synthesizer_speak(voice->synthesizer, 1, text);
	voice_wait(voice, 1);
	g_assert_no_error(voice->error);
	g_assert_cmpuint(voice->bytes[1] / 32, ==, (strlen(text) + 1) * 60);
	g_clear_pointer(&voice, voice_free);
	stop();
}

/* An interruption in mid-speech; nothing of the old is in the new. */
static void
test_interruption(void)
{
	g_autoptr(Voice) voice = NULL;

	service = service_start("deepgram", "--voice tone --first-audio 5 --audio-speed 2");
	voice = voice_new("");
	for (guint i = 1; i <= 8; i += 2) {
		voice->sounding = FALSE;
		offhook_synthesizer_speak(voice->synthesizer, i,
					  "This is a rather long sentence that is cut off.");
		harness_wait_for(&voice->sounding, "the first sound");
		offhook_synthesizer_cancel(voice->synthesizer);
		offhook_synthesizer_speak(voice->synthesizer, i + 1, "Yes.");
		voice_wait(voice, i / 2 + 1);
		g_assert_cmpuint(voice->bytes[i + 1] / 32, ==, 5 * 60);
	}
	g_assert_no_error(voice->error);
	g_assert_cmpint(service_count(service, "clears"), ==, 4);
	g_assert_cmpint(service_count(service, "connections"), ==, 1);
	g_clear_pointer(&voice, voice_free);
	stop();
}

/* Sixty sentences at once: the service would refuse the twenty-first flush. */
static void
test_flush_limit(void)
{
	g_autoptr(Voice) voice = NULL;
	guint whole = 0;

	service = service_start("deepgram", QUICK);
	voice = voice_new("");
	for (guint i = 1; i <= 60; i++)
		offhook_synthesizer_speak(voice->synthesizer, i, "This is one of them.");
	voice_wait(voice, 60);
	g_assert_no_error(voice->error);
	for (guint i = 1; i <= 60; i++) {
		g_assert_cmpuint(voice->bytes[i], >, 0);
		whole += voice->bytes[i];
	}
	g_assert_cmpuint(whole / 32, ==, 60 * 21 * 60);
	g_assert_cmpint(service_count(service, "flushes"), <=, 20);
	g_clear_pointer(&voice, voice_free);
	stop();
}

static void
test_speaking_faults(void)
{
	service = service_start("deepgram", QUICK);
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autoptr(Voice) voice = NULL;

		g_test_message("%s", faults[i].fault);
		service_set_fault(service, faults[i].fault);
		voice = voice_new("connect-timeout-ms=2500;api-key=secret");
		offhook_synthesizer_speak(voice->synthesizer, 1, "This is a rather long sentence.");
		offhook_synthesizer_speak(voice->synthesizer, 2, "And another one.");
		voice_wait(voice, 2);
		g_assert_error(voice->error, OFFHOOK_ERROR, faults[i].code);
		g_clear_error(&voice->error);
		service_set_fault(service, "none");
		offhook_synthesizer_speak(voice->synthesizer, 3, "Yes.");
		voice_wait(voice, 3);
		g_assert_no_error(voice->error);
		g_assert_cmpuint(voice->bytes[3] / 32, ==, 5 * 60);
	}
	stop();
}

int
main(int argc, char **argv)
{
	static const OffhookTranscriberContract hearing = {"deepgram", open_plain};
	static const OffhookSynthesizerContract speaking = {"deepgram", open_plain, FALSE, TRUE};

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/contract/transcriber/deepgram/start", test_start);
	offhook_transcriber_contract_add_tests(&hearing);
	g_test_add_func("/contract/transcriber/deepgram/stop", stop);
	g_test_add_func("/contract/synthesizer/deepgram/start", test_start);
	offhook_synthesizer_contract_add_tests(&speaking);
	g_test_add_func("/contract/synthesizer/deepgram/stop", stop);
	g_test_add_func("/deepgram/partials", test_partials);
	g_test_add_func("/deepgram/silence", test_silence);
	g_test_add_func("/deepgram/slow", test_slow);
	g_test_add_func("/deepgram/comes-back", test_comes_back);
	g_test_add_func("/deepgram/hearing-faults", test_hearing_faults);
	g_test_add_func("/deepgram/unreachable", test_unreachable);
	g_test_add_func("/deepgram/wrong-key", test_wrong_key);
	g_test_add_func("/deepgram/unknown-model", test_unknown_model);
	g_test_add_func("/deepgram/touches-nothing", test_touches_nothing);
	g_test_add_func("/deepgram/length", test_length);
	g_test_add_func("/deepgram/interruption", test_interruption);
	g_test_add_func("/deepgram/flush-limit", test_flush_limit);
	g_test_add_func("/deepgram/speaking-faults", test_speaking_faults);
	return g_test_run();
}
