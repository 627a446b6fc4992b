/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * UUIDs of version 7: 48 bits of milliseconds, a 12-bit counter, 62 random bits. The counter begins
 * anew, in the lower half of its range, with every millisecond; when it runs over, or the system's
 * clock is set back, the time in the UUID runs ahead of the clock's. Any thread.
 */

#include "base/uuid.h"

#include <errno.h>
#include <sys/random.h>

#define OFFHOOK_UUID_COUNTER_MAX 0xfffu

typedef struct {
	guint64 ms;
	guint32 counter;
} OffhookUuidTick;

static void
offhook_uuid_fill_random(guint8 *bytes, gsize length)
{
	gsize done = 0;

	while (done < length) {
		gssize got = getrandom(bytes + done, length - done, 0);

		if (got > 0)
			done += (gsize)got;
		else if (errno != EINTR)
			g_error("the kernel gives no random numbers: %s", g_strerror(errno));
	}
}

static OffhookUuidTick
offhook_uuid_next_tick(guint32 seed)
{
	static GMutex mutex;
	static OffhookUuidTick last;
	guint64 now = (guint64)(g_get_real_time() / 1000);
	OffhookUuidTick tick;

	g_mutex_lock(&mutex);
	if (now > last.ms) {
		last.ms = now;
		last.counter = seed & (OFFHOOK_UUID_COUNTER_MAX >> 1);
	} else if (++last.counter > OFFHOOK_UUID_COUNTER_MAX) {
		last.ms++;
		last.counter = 0;
	}
	tick = last;
	g_mutex_unlock(&mutex);
	return tick;
}

char *
offhook_uuid_new_v7(void)
{
	guint8 random[10];
	OffhookUuidTick tick;

	offhook_uuid_fill_random(random, sizeof random);
	tick = offhook_uuid_next_tick((guint32)random[8] << 8 | random[9]);
	return g_strdup_printf("%08x-%04x-7%03x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			       (guint)(tick.ms >> 16), (guint)(tick.ms & 0xffff), tick.counter,
			       (random[0] & 0x3f) | 0x80, random[1], random[2], random[3],
			       random[4], random[5], random[6], random[7]);
}

gboolean
offhook_uuid_is_valid(const char *uuid)
{
	if (uuid == NULL)
		return FALSE;
	for (guint i = 0; i < OFFHOOK_UUID_LENGTH; i++) {
		gboolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? uuid[i] != '-'
			   : !g_ascii_isxdigit(uuid[i]) || g_ascii_isupper(uuid[i]))
			return FALSE;
	}
	return uuid[OFFHOOK_UUID_LENGTH] == '\0';
}

gint64
offhook_uuid_get_unix_ms(const char *uuid)
{
	gint64 ms = 0;

	if (!offhook_uuid_is_valid(uuid) || uuid[14] != '7')
		return -1;
	for (guint i = 0; i < 13; i++) {
		if (i != 8)
			ms = ms << 4 | g_ascii_xdigit_value(uuid[i]);
	}
	return ms;
}
