/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Voice activity of one call leg. Two opinions have to agree: WebRTC's detector, whose C functions
 * Debian's libwebrtc_audio_processing.so.1 exports without a header and which are therefore looked
 * up when first needed, and the frame's energy over a noise floor that follows the line. Noise
 * alone fools the first, a loud hum the second. Runs in the call's media thread.
 */

#include "turn/vad.h"

#include <dlfcn.h>
#include <math.h>

#define OFFHOOK_VAD_LIBRARY "libwebrtc_audio_processing.so.1"
#define OFFHOOK_VAD_MODE    2

/* The library's own declarations; it has never had a public header for them. */
typedef struct {
	void *(*create)(void);
	int (*init)(void *handle);
	int (*set_mode)(void *handle, int mode);
	int (*process)(void *handle, int rate, const gint16 *frame, gsize n);
	void (*free)(void *handle);
} OffhookVadLibrary;

/* Voice is at least so loud, however quiet the line: idle mu-law is below -70 dB. */
#define OFFHOOK_VAD_MIN_LEVEL_DB  -52.0
#define OFFHOOK_VAD_OVER_FLOOR_DB 6.0
/* Without WebRTC's opinion, energy has to be clearer. */
#define OFFHOOK_VAD_OVER_FLOOR_ALONE_DB 9.0

/*
 * The floor is the least smoothed level of the last 1.5 s, kept as the minima of six stretches of
 * 240 ms. It follows a quieter line at once, and a louder one slowly, so that held vowels do not
 * lift it. It never goes above what a noisy line can have.
 */
#define OFFHOOK_VAD_STRETCH_FRAMES 12
#define OFFHOOK_VAD_STRETCHES      6
#define OFFHOOK_VAD_FLOOR_START_DB -60.0
#define OFFHOOK_VAD_FLOOR_MIN_DB   -90.0
#define OFFHOOK_VAD_FLOOR_MAX_DB   -20.0
#define OFFHOOK_VAD_FLOOR_RISE_DB  0.25 /* per frame: 12 dB a second */
/* Of frames that are too quiet for speech, WebRTC's detector sees one in so many. */
#define OFFHOOK_VAD_LEARN_EVERY 4
/* In the first second nothing is known of the line, and the floor may rise faster. */
#define OFFHOOK_VAD_LEARN_FRAMES  50
#define OFFHOOK_VAD_LEARN_RISE_DB 1.0

struct _OffhookVad {
	guint rate;
	const OffhookVadLibrary *library;
	void *webrtc;       /* (nullable): then library is not %NULL */
	guint quiet_frames; /* in a row */
	guint learning;     /* frames left */
	double boost_db;
	double level_db;
	double smooth_db;
	double floor_db;
	double minima[OFFHOOK_VAD_STRETCHES];
	guint stretch;        /* the one being filled */
	guint stretch_frames; /* in it so far */
};

static gboolean
offhook_vad_resolve(void *library, const char *name, void *function)
{
	void *symbol = dlsym(library, name);

	*(void **)function = symbol;
	return symbol != NULL;
}

/* The functions, or %NULL without the library. Looked up once per process; never closed. */
static const OffhookVadLibrary *
offhook_vad_get_library(void)
{
	static OffhookVadLibrary library;
	static gsize state; /* 1: looked up and missing, 2: there */

	if (g_once_init_enter(&state)) {
		void *handle = dlopen(OFFHOOK_VAD_LIBRARY, RTLD_NOW | RTLD_LOCAL);
		gboolean found =
		    handle != NULL &&
		    offhook_vad_resolve(handle, "WebRtcVad_Create", &library.create) &&
		    offhook_vad_resolve(handle, "WebRtcVad_Init", &library.init) &&
		    offhook_vad_resolve(handle, "WebRtcVad_set_mode", &library.set_mode) &&
		    offhook_vad_resolve(handle, "WebRtcVad_Process", &library.process) &&
		    offhook_vad_resolve(handle, "WebRtcVad_Free", &library.free);

		g_once_init_leave(&state, found ? 2 : 1);
	}
	return state == 2 ? &library : NULL;
}

/* set_mode fails on an instance that was not initialised, hence the order. */
static void
offhook_vad_open_webrtc(OffhookVad *self)
{
	self->library = offhook_vad_get_library();
	self->webrtc = self->library != NULL ? self->library->create() : NULL;
	if (self->webrtc == NULL)
		return;
	if (self->library->init(self->webrtc) == 0 &&
	    self->library->set_mode(self->webrtc, OFFHOOK_VAD_MODE) == 0)
		return;
	self->library->free(self->webrtc);
	self->webrtc = NULL;
}

OffhookVad *
offhook_vad_new_energy_only(guint rate)
{
	OffhookVad *self = g_new0(OffhookVad, 1);

	self->rate = rate;
	offhook_vad_reset(self);
	return self;
}

OffhookVad *
offhook_vad_new(guint rate)
{
	OffhookVad *self = offhook_vad_new_energy_only(rate);

	offhook_vad_open_webrtc(self);
	return self;
}

void
offhook_vad_free(OffhookVad *self)
{
	if (self == NULL)
		return;
	if (self->webrtc != NULL)
		self->library->free(self->webrtc);
	g_free(self);
}

/*
 * In dB of full scale, without the frame's mean: G.711 codes silence as a constant of up to 8, and
 * cheap adapters have a direct-current offset of some hundreds.
 */
static double
offhook_vad_measure(const gint16 *frame, gsize n)
{
	gint64 sum = 0, squares = 0;
	double mean, power;

	for (gsize i = 0; i < n; i++) {
		sum += frame[i];
		squares += (gint64)frame[i] * frame[i];
	}
	mean = (double)sum / (double)n;
	power = (double)squares / (double)n - mean * mean;
	if (power < 1.0)
		return OFFHOOK_VAD_FLOOR_MIN_DB;
	return 10.0 * log10(power / (32768.0 * 32768.0));
}

static void
offhook_vad_track_floor(OffhookVad *self)
{
	double least, rise = OFFHOOK_VAD_FLOOR_RISE_DB;

	if (self->learning > 0) {
		self->learning--;
		rise = OFFHOOK_VAD_LEARN_RISE_DB;
	}
	/* Smoothed, or the floor would be the deepest dip of the noise. */
	self->smooth_db += 0.3 * (self->level_db - self->smooth_db);
	self->minima[self->stretch] = MIN(self->minima[self->stretch], self->smooth_db);
	if (++self->stretch_frames == OFFHOOK_VAD_STRETCH_FRAMES) {
		self->stretch_frames = 0;
		self->stretch = (self->stretch + 1) % OFFHOOK_VAD_STRETCHES;
		self->minima[self->stretch] = self->smooth_db;
	}
	least = self->minima[0];
	for (guint i = 1; i < OFFHOOK_VAD_STRETCHES; i++)
		least = MIN(least, self->minima[i]);
	if (least < self->floor_db)
		self->floor_db = least;
	else
		self->floor_db = MIN(least, self->floor_db + rise);
	self->floor_db = CLAMP(self->floor_db, OFFHOOK_VAD_FLOOR_MIN_DB, OFFHOOK_VAD_FLOOR_MAX_DB);
}

/*
 * WebRTC's opinion on a frame of which the energy is known to be @loud or not. It is asked for every
 * fourth quiet frame too: its answer is not needed there, but it learns the line from them.
 */
static gboolean
offhook_vad_ask_webrtc(OffhookVad *self, const gint16 *frame, gsize n, gboolean loud)
{
	self->quiet_frames = loud ? 0 : self->quiet_frames + 1;
	if (self->quiet_frames % OFFHOOK_VAD_LEARN_EVERY != 0)
		return FALSE;
	return self->library->process(self->webrtc, (int)self->rate, frame, n) == 1;
}

gboolean
offhook_vad_process(OffhookVad *self, const gint16 *frame, gsize n)
{
	double over =
	    self->webrtc != NULL ? OFFHOOK_VAD_OVER_FLOOR_DB : OFFHOOK_VAD_OVER_FLOOR_ALONE_DB;
	gboolean loud;

	if (n == 0 || n != self->rate / 50)
		return FALSE;
	self->level_db = offhook_vad_measure(frame, n);
	offhook_vad_track_floor(self);
	loud = self->level_db > self->floor_db + over + self->boost_db &&
	       self->level_db > OFFHOOK_VAD_MIN_LEVEL_DB + self->boost_db;
	if (self->webrtc == NULL)
		return loud;
	return offhook_vad_ask_webrtc(self, frame, n, loud) && loud;
}

const char *
offhook_vad_get_backend(OffhookVad *self)
{
	return self->webrtc != NULL ? "webrtc" : "energy";
}

void
offhook_vad_set_threshold_boost(OffhookVad *self, double db)
{
	self->boost_db = db;
}

double
offhook_vad_get_level(OffhookVad *self)
{
	return self->level_db;
}

double
offhook_vad_get_noise_floor(OffhookVad *self)
{
	return self->floor_db;
}

void
offhook_vad_reset(OffhookVad *self)
{
	self->level_db = OFFHOOK_VAD_FLOOR_MIN_DB;
	self->smooth_db = OFFHOOK_VAD_FLOOR_START_DB;
	self->floor_db = OFFHOOK_VAD_FLOOR_START_DB;
	self->stretch = 0;
	self->stretch_frames = 0;
	self->learning = OFFHOOK_VAD_LEARN_FRAMES;
	for (guint i = 0; i < OFFHOOK_VAD_STRETCHES; i++)
		self->minima[i] = 0.0; /* full scale: no minimum yet */
	if (self->webrtc != NULL) {
		self->library->init(self->webrtc);
		self->library->set_mode(self->webrtc, OFFHOOK_VAD_MODE);
	}
}

void
offhook_vad_add_hot(const OffhookVad *self, OffhookHotSet *set)
{
	offhook_hot_set_add(set, self, sizeof(*self));
}
