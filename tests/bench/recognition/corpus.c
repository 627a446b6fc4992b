/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Phrases and voices of the recognition benchmark. */

#include "corpus.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <offhook/audio.h>
#include <offhook/g711.h>
#include <offhook/resampler.h>
#include <offhook/wav.h>
#include <stdlib.h>

#define CORPUS_LINE_RATE 8000
#define CORPUS_BEFORE_MS 300
#define CORPUS_AFTER_MS  400

const CorpusSet corpus_tuning = {
    {
	{CORPUS_START, "what are your opening hours"},
	{CORPUS_START, "can you tell me when you are open"},
	{CORPUS_START, "what time do you close on friday"},
	{CORPUS_START, "are you open on monday"},
	{CORPUS_START, "i'd like to book a table"},
	{CORPUS_START, "can i book a table for four people on friday"},
	{CORPUS_START, "i want to reserve a table for two tomorrow at half past seven"},
	{CORPUS_START, "do you have a table free for six people on sunday"},
	{CORPUS_START, "can i speak to a human"},
	{CORPUS_START, "please connect me to the manager"},
	{CORPUS_START, "where is the restaurant"},
	{CORPUS_START, "what's your address"},
	{CORPUS_START, "goodbye"},
	{CORPUS_START, "that's all for today"},
	{CORPUS_START, "could you say that again please"},
	{CORPUS_PEOPLE, "four people please"},
	{CORPUS_DAY, "on saturday"},
	{CORPUS_TIME, "at half past eight"},
	{CORPUS_CONFIRM, "yes please"},
	{CORPUS_CONFIRM, "no thank you"},
    },
    {
	"my cat is sleeping on the sofa",
	"the stock market fell sharply this morning",
	"how far is the moon from the earth",
	"please turn off the lights in the kitchen",
	"i lost my keys in the park yesterday",
	"the weather is going to be terrible next week",
	"can you fix my computer",
	"she sells sea shells by the sea shore",
	"what is the capital of france",
	"we need more paper for the printer",
	"the train was late again",
	"do you like classical music",
	"my brother works in a factory",
	"an apple a day keeps the doctor away",
	"how do i reset my password",
	"the children are playing football outside",
	"i have a terrible headache",
	"where did you buy that jacket",
	"it was the best film i have ever seen",
	"the battery is completely empty",
    },
};

const CorpusSet corpus_test = {
    {
	{CORPUS_START, "when do you open"},
	{CORPUS_START, "what are your hours on sunday"},
	{CORPUS_START, "how late are you open tomorrow"},
	{CORPUS_START, "what time do you open on thursday"},
	{CORPUS_START, "could i make a reservation for saturday at eight o'clock"},
	{CORPUS_START, "a table for three tonight at seven thirty"},
	{CORPUS_START, "i'd like a table for five on wednesday"},
	{CORPUS_START, "please book a table for two people"},
	{CORPUS_START, "could i talk to a real person"},
	{CORPUS_START, "i'd like to speak with somebody please"},
	{CORPUS_START, "how do i get to the restaurant"},
	{CORPUS_START, "what is the address"},
	{CORPUS_START, "thank you very much goodbye"},
	{CORPUS_START, "no thank you that's all"},
	{CORPUS_PEOPLE, "we are six people"},
	{CORPUS_PEOPLE, "just me"},
	{CORPUS_DAY, "tomorrow"},
	{CORPUS_TIME, "around nine o'clock"},
	{CORPUS_CONFIRM, "yes that's right"},
	{CORPUS_CONFIRM, "no"},
    },
    {
	"the quick brown fox jumps over the lazy dog",
	"my car broke down on the motorway",
	"who won the match last night",
	"i need a new pair of shoes",
	"the river is very deep here",
	"can you recommend a good book",
	"my daughter is learning to play the piano",
	"there is something wrong with my internet connection",
	"how much does a ticket to london cost",
	"the garden looks beautiful in spring",
	"he forgot to water the plants",
	"what happened to the dinosaurs",
	"please send me the invoice by email",
	"this coffee is too cold",
	"they moved to canada ten years ago",
	"i cannot find my glasses",
	"the meeting was cancelled",
	"why is the sky blue",
	"we are running out of milk",
	"did you see the news about the election",
    },
};

const CorpusVoice corpus_voices[] = {
    {"flite", "kal"},          {"flite", "kal16"},        {"flite", "awb"},
    {"flite", "rms"},          {"flite", "slt"},          {"espeak-ng", "en-us"},
    {"espeak-ng", "en-gb"},    {"espeak-ng", "en-us+f2"}, {"espeak-ng", "en-gb-scotland"},
    {"espeak-ng", "en-us+m3"},
};
const guint corpus_n_voices = G_N_ELEMENTS(corpus_voices);

static void
corpus_fail(const char *what, const GError *error)
{
	g_printerr("%s: %s\n", what, error->message);
	exit(2);
}

/* (transfer full): S16 at the line's rate */
static GBytes *
corpus_synthesize(const CorpusVoice *voice, const char *text)
{
	g_autofree char *path =
	    g_strdup_printf("%s/offhook-recognition-%d.wav", g_get_tmp_dir(), (int)getpid());
	const char *flite[] = {"flite", "-voice", voice->name, "-t", text, "-o", path, NULL};
	const char *espeak[] = {"espeak-ng", "-v", voice->name, "-s", "150",
				"-w",        path, text,        NULL};
	gboolean is_flite = g_str_equal(voice->program, "flite");
	g_autoptr(GError) error = NULL;
	GBytes *audio = NULL;
	int status = 0;

	if (!g_spawn_sync(NULL, (char **)(is_flite ? flite : espeak), NULL,
			  G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
			  &status, &error) ||
	    !g_spawn_check_wait_status(status, &error))
		corpus_fail(voice->program, error);
	audio = offhook_wav_load(path, CORPUS_LINE_RATE, NULL, &error);
	g_unlink(path);
	if (audio == NULL)
		corpus_fail(path, error);
	return audio;
}

/* Sets the speech's peak to @level, puts silence around it and noise over it. */
static GArray *
corpus_place(GBytes *speech, double level, double noise)
{
	gsize size;
	const gint16 *samples = g_bytes_get_data(speech, &size);
	guint n = (guint)(size / sizeof(*samples));
	guint before = CORPUS_LINE_RATE / 1000 * CORPUS_BEFORE_MS;
	guint after = CORPUS_LINE_RATE / 1000 * CORPUS_AFTER_MS;
	GArray *out = g_array_new(FALSE, TRUE, sizeof(gint16));
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	int peak = 1;

	for (guint i = 0; i < n; i++)
		peak = MAX(peak, ABS((int)samples[i]));
	g_array_set_size(out, before + n + after);
	for (guint i = 0; i < out->len; i++) {
		double speaking = i >= before && i < before + n
				      ? samples[i - before] * level * 32767.0 / peak
				      : 0;
		double hissing = noise > 0 ? g_rand_double_range(random, -noise, noise) * 32767 : 0;

		g_array_index(out, gint16, i) =
		    (gint16)CLAMP(speaking + hissing, G_MININT16, G_MAXINT16);
	}
	return out;
}

GArray *
corpus_speak(const CorpusVoice *voice, const char *text, double level, double noise)
{
	g_autoptr(GBytes) speech = corpus_synthesize(voice, text);
	g_autoptr(GArray) line = corpus_place(speech, level, noise);
	g_autofree guint8 *coded = g_malloc(line->len);
	g_autoptr(OffhookResampler) up = offhook_resampler_new(CORPUS_LINE_RATE, OFFHOOK_RATE);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	GArray *out = g_array_new(FALSE, FALSE, sizeof(gint16));

	offhook_g711_encode(OFFHOOK_ENCODING_MULAW, (gint16 *)(gpointer)line->data, line->len,
			    coded);
	offhook_g711_decode(OFFHOOK_ENCODING_MULAW, coded, line->len,
			    (gint16 *)(gpointer)line->data);
	offhook_resampler_push(up, (gint16 *)(gpointer)line->data, line->len, bytes);
	offhook_resampler_flush(up, bytes);
	g_array_append_vals(out, bytes->data, bytes->len / sizeof(gint16));
	return out;
}
