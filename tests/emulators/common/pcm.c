/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear sound on its way to the telephone line: change of rate by windowed sinc, gain,
 * loudness. Runs once per utterance before the call. */

#include "pcm.h"

#include <math.h>

#define OFFHOOK_EMU_PCM_LOBES 16 /* zero crossings of the sinc on each side */

OffhookEmuPcm *
offhook_emu_pcm_new(guint rate)
{
	OffhookEmuPcm *self = g_new0(OffhookEmuPcm, 1);

	self->rate = rate;
	self->samples = g_array_new(FALSE, FALSE, sizeof(gint16));
	return self;
}

void
offhook_emu_pcm_free(OffhookEmuPcm *self)
{
	g_array_unref(self->samples);
	g_free(self);
}

static gdouble
offhook_emu_pcm_kernel(gdouble distance, gdouble cutoff, gdouble reach)
{
	gdouble x = G_PI * cutoff * distance;
	gdouble sinc = fabs(x) < 1e-9 ? 1.0 : sin(x) / x;

	return cutoff * sinc * 0.5 * (1.0 + cos(G_PI * distance / reach));
}

/*
 * The weights of the samples around an output sample. How it lies between them repeats itself: @count
 * times, then it begins anew.
 */
typedef struct {
	guint count;
	guint width;      /* of a row */
	gint64 before;    /* samples of a row that are before the position */
	gdouble *weights; /* a row for each */
} OffhookEmuPcmPhases;

static void
offhook_emu_pcm_phases_init(OffhookEmuPcmPhases *self, guint from, guint to)
{
	gdouble cutoff = from > to ? 0.95 * to / from : 0.95;
	gdouble reach = OFFHOOK_EMU_PCM_LOBES / cutoff;
	guint a = from;
	guint b = to;

	while (b != 0) {
		guint rest = a % b;

		a = b;
		b = rest;
	}
	self->count = to / a;
	self->before = (gint64)reach;
	self->width = (guint)(2 * self->before + 2);
	self->weights = g_new0(gdouble, (gsize)self->count * self->width);
	for (guint phase = 0; phase < self->count; phase++) {
		gdouble at = (gdouble)((guint64)phase * from % to) / to;

		for (guint i = 0; i < self->width; i++) {
			gdouble distance = (gdouble)i - (gdouble)self->before - at;

			if (fabs(distance) <= reach)
				self->weights[(gsize)phase * self->width + i] =
				    offhook_emu_pcm_kernel(distance, cutoff, reach);
		}
	}
}

/* One output sample at or after input sample @at; the weights are normalised, so a constant stays that
 * constant. */
static gint16
offhook_emu_pcm_interpolate(const OffhookEmuPcm *self, gint64 at, const gdouble *weights,
			    const OffhookEmuPcmPhases *phases)
{
	const gint16 *samples = (const gint16 *)(gconstpointer)self->samples->data;
	gint64 start = at - phases->before;
	gint64 first = MAX(start, 0);
	gint64 last = MIN(start + phases->width, (gint64)self->samples->len);
	gdouble sum = 0;
	gdouble weight = 0;

	for (gint64 i = first; i < last; i++) {
		sum += weights[i - start] * samples[i];
		weight += weights[i - start];
	}
	if (fabs(weight) > 1e-9)
		sum /= weight;
	return (gint16)CLAMP(lrint(sum), -32768, 32767);
}

OffhookEmuPcm *
offhook_emu_pcm_resample(const OffhookEmuPcm *self, guint rate)
{
	g_autoptr(OffhookEmuPcm) out = offhook_emu_pcm_new(rate);
	guint64 length = (guint64)self->samples->len * rate / self->rate;
	OffhookEmuPcmPhases phases;

	if (self->rate == rate) {
		g_array_append_vals(out->samples, self->samples->data, self->samples->len);
		return g_steal_pointer(&out);
	}
	offhook_emu_pcm_phases_init(&phases, self->rate, rate);
	g_array_set_size(out->samples, (guint)length);
	for (guint64 i = 0; i < length; i++) {
		const gdouble *weights = phases.weights + i % phases.count * phases.width;

		g_array_index(out->samples, gint16, i) = offhook_emu_pcm_interpolate(
		    self, (gint64)(i * self->rate / rate), weights, &phases);
	}
	g_free(phases.weights);
	return g_steal_pointer(&out);
}

void
offhook_emu_pcm_amplify(OffhookEmuPcm *self, gdouble decibels)
{
	gdouble factor = pow(10.0, decibels / 20.0);

	for (guint i = 0; i < self->samples->len; i++) {
		gint16 *sample = &g_array_index(self->samples, gint16, i);

		*sample = (gint16)CLAMP(lrint(*sample * factor), -32768, 32767);
	}
}

/* Root mean square of a stretch. */
gdouble
offhook_emu_pcm_rms(const gint16 *samples, gsize length)
{
	gdouble sum = 0;

	if (length == 0)
		return 0;
	for (gsize i = 0; i < length; i++)
		sum += (gdouble)samples[i] * samples[i];
	return sqrt(sum / (gdouble)length);
}
