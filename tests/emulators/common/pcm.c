/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear sound on its way to the telephone line: change of rate by windowed sinc, gain,
 * loudness. Runs once per utterance before the call, so it is written for clarity, not speed. */

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

/* One output sample at input position @at; the weights are normalised, so a constant stays that
 * constant. */
static gint16
offhook_emu_pcm_interpolate(const OffhookEmuPcm *self, gdouble at, gdouble cutoff, gdouble reach)
{
	gint64 first = MAX((gint64)ceil(at - reach), 0);
	gint64 last = MIN((gint64)floor(at + reach), (gint64)self->samples->len - 1);
	gdouble sum = 0;
	gdouble weight = 0;

	for (gint64 i = first; i <= last; i++) {
		gdouble k = offhook_emu_pcm_kernel((gdouble)i - at, cutoff, reach);

		sum += k * g_array_index(self->samples, gint16, i);
		weight += k;
	}
	if (fabs(weight) > 1e-9)
		sum /= weight;
	return (gint16)CLAMP(lrint(sum), -32768, 32767);
}

OffhookEmuPcm *
offhook_emu_pcm_resample(const OffhookEmuPcm *self, guint rate)
{
	g_autoptr(OffhookEmuPcm) out = offhook_emu_pcm_new(rate);
	gdouble ratio = (gdouble)self->rate / rate;
	gdouble cutoff = MIN(1.0, 1.0 / ratio) * (ratio == 1.0 ? 1.0 : 0.95);
	gdouble reach = OFFHOOK_EMU_PCM_LOBES / cutoff;
	guint64 length = (guint64)self->samples->len * rate / self->rate;

	if (self->rate == rate) {
		g_array_append_vals(out->samples, self->samples->data, self->samples->len);
		return g_steal_pointer(&out);
	}
	for (guint64 i = 0; i < length; i++) {
		gint16 sample =
		    offhook_emu_pcm_interpolate(self, (gdouble)i * ratio, cutoff, reach);

		g_array_append_val(out->samples, sample);
	}
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
