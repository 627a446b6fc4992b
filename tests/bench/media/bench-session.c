/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a call costs its media thread, in CPU microseconds per 20 ms, socket included: N calls on
 * socket pairs, WebSocket frames of a Twilio message's size, everything but the provider's JSON.
 *
 *   bench-media-session [CALLS [SECONDS [CASE]]]
 */

#include "media/session.h"

#include "media/websocket-port.h"
#include <malloc.h>
#include <offhook/context.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD     160
#define MESSAGE     300 /* as long as Twilio's */
#define CLIENT_SIZE (8 + MESSAGE)

static const OffhookAudioFormat mulaw = {OFFHOOK_ENCODING_MULAW, 8000};

/* ---- a protocol that costs next to nothing ---- */

#define BENCH_TYPE_PROTOCOL (bench_protocol_get_type())
G_DECLARE_FINAL_TYPE(BenchProtocol, bench_protocol, BENCH, PROTOCOL, OffhookWireProtocol)

struct _BenchProtocol {
	OffhookWireProtocol parent_instance;
	gboolean started;
	gint64 timestamp_ms;
};

G_DEFINE_FINAL_TYPE(BenchProtocol, bench_protocol, OFFHOOK_TYPE_WIRE_PROTOCOL)

static void
bench_protocol_describe(OffhookWireProtocol *self, OffhookMediaPort *port)
{
	offhook_media_port_set_formats(port, &mulaw, &mulaw);
	offhook_media_port_set_features(port, OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR |
						  OFFHOOK_MEDIA_DTMF_EVENTS);
}

static gboolean
bench_protocol_receive(OffhookWireProtocol *protocol, OffhookMediaPort *port, OffhookWireKind kind,
		       const guint8 *data, gsize size, GError **error)
{
	BenchProtocol *self = BENCH_PROTOCOL(protocol);

	if (!self->started) {
		g_autoptr(OffhookStreamStart) start = offhook_stream_start_new("s", NULL, &mulaw);

		self->started = TRUE;
		offhook_media_port_receive_start(port, start);
	}
	offhook_media_port_receive_audio(port, data, PAYLOAD, self->timestamp_ms);
	self->timestamp_ms += 20;
	return TRUE;
}

static gboolean
bench_protocol_format_audio(OffhookWireProtocol *self, const guint8 *payload, gsize size,
			    GByteArray *out)
{
	guint begin = out->len;

	g_byte_array_set_size(out, begin + MESSAGE);
	memset(out->data + begin, ' ', MESSAGE);
	memcpy(out->data + begin, payload, MIN(size, MESSAGE));
	return TRUE;
}

static gboolean
bench_protocol_format_mark(OffhookWireProtocol *self, const char *name, GByteArray *out)
{
	g_byte_array_append(out, (const guint8 *)name, strlen(name));
	return TRUE;
}

static void
bench_protocol_init(BenchProtocol *self)
{
}

static void
bench_protocol_class_init(BenchProtocolClass *klass)
{
	OffhookWireProtocolClass *protocol_class = OFFHOOK_WIRE_PROTOCOL_CLASS(klass);

	protocol_class->describe = bench_protocol_describe;
	protocol_class->receive = bench_protocol_receive;
	protocol_class->format_audio = bench_protocol_format_audio;
	protocol_class->format_mark = bench_protocol_format_mark;
	protocol_class->audio_kind = OFFHOOK_WIRE_BINARY;
}

/* ---- an agent that gives the audio back ---- */

#define BENCH_TYPE_ECHO (bench_echo_get_type())
G_DECLARE_FINAL_TYPE(BenchEcho, bench_echo, BENCH, ECHO, OffhookAgentSession)

struct _BenchEcho {
	OffhookAgentSession parent_instance;
};

G_DEFINE_FINAL_TYPE(BenchEcho, bench_echo, OFFHOOK_TYPE_AGENT_SESSION)

static gboolean
bench_echo_audio_frame(OffhookAgentSession *self, const gint16 *in, gint16 *out)
{
	memcpy(out, in, OFFHOOK_FRAME_BYTES);
	return TRUE;
}

static void
bench_echo_init(BenchEcho *self)
{
}

static void
bench_echo_class_init(BenchEchoClass *klass)
{
	OFFHOOK_AGENT_SESSION_CLASS(klass)->audio_frame = bench_echo_audio_frame;
}

/* ---- the load ---- */

typedef struct {
	const char *name;
	gboolean echo;
	gboolean vad;
	gboolean play;
	gboolean record;
} BenchCase;

static const BenchCase cases[] = {
    {"echo", TRUE, FALSE, FALSE, FALSE},
    {"echo, recorded", TRUE, FALSE, FALSE, TRUE},
    {"listening, voice detection", FALSE, TRUE, FALSE, FALSE},
    {"listening and speaking", FALSE, TRUE, TRUE, FALSE},
    {"listening and speaking, recorded", FALSE, TRUE, TRUE, TRUE},
};

typedef struct {
	OffhookMediaSession *session;
	int fd;
	guint64 received;
	gboolean ended;
} BenchCall;

typedef struct {
	gint64 cpu_ns;
	gint done;
} BenchReading;

static void
bench_ended_cb(gpointer user_data, const GError *error)
{
	((BenchCall *)user_data)->ended = TRUE;
}

static void
bench_read_cpu_cb(gpointer data)
{
	BenchReading *reading = data;
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	reading->cpu_ns = now.tv_sec * G_GINT64_CONSTANT(1000000000) + now.tv_nsec;
	g_atomic_int_set(&reading->done, TRUE);
}

static gint64
bench_get_cpu_ns(OffhookMediaThread *thread)
{
	BenchReading reading = {0};

	offhook_media_thread_post(thread, bench_read_cpu_cb, &reading, NULL);
	while (!g_atomic_int_get(&reading.done))
		g_usleep(100);
	return reading.cpu_ns;
}

/* Large blocks are counted apart. */
static gint64
bench_get_memory(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void
bench_open(BenchCall *call, OffhookMediaThread *thread, const BenchCase *bench, const char *dir,
	   guint number)
{
	static const OffhookMediaEvents events = {.ended = bench_ended_cb};
	OffhookMediaSessionConfig config = OFFHOOK_MEDIA_SESSION_CONFIG_DEFAULT;
	g_autoptr(OffhookWireProtocol) protocol = g_object_new(BENCH_TYPE_PROTOCOL, NULL);
	g_autoptr(OffhookAgentSession) echo = g_object_new(BENCH_TYPE_ECHO, NULL);
	g_autoptr(OffhookMediaPort) port = NULL;
	g_autoptr(GSocket) socket = NULL;
	g_autoptr(GSocketConnection) connection = NULL;
	g_autofree char *path = g_strdup_printf("%s/%u.wav", dir, number);
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		g_error("socketpair: out of descriptors");
	socket = g_socket_new_from_fd(fds[0], NULL);
	connection = g_socket_connection_factory_create_connection(socket);
	port = offhook_websocket_port_new(G_IO_STREAM(connection), protocol);
	call->fd = fds[1];
	call->session = offhook_media_session_new(thread, port, &events, call);
	config.vad = bench->vad;
	config.audio_agent = bench->echo ? echo : NULL;
	config.recording.path = bench->record ? path : NULL;
	offhook_media_session_configure(call->session, &config);
	if (bench->play) {
		g_autofree gint16 *samples = g_new0(gint16, 16000 * 30);
		g_autoptr(GBytes) bytes = NULL;

		for (guint i = 0; i < 16000 * 30; i++)
			samples[i] = rand() % 2000;
		bytes = g_bytes_new_take(g_steal_pointer(&samples), 16000 * 30 * 2);
		offhook_media_session_play(call->session, 1, bytes);
	}
}

/* A masked frame with noise that is no voice. */
static void
bench_make_message(guint8 *message)
{
	memset(message, 0, CLIENT_SIZE);
	message[0] = 0x82;
	message[1] = 0x80 | 126;
	message[2] = MESSAGE >> 8;
	message[3] = MESSAGE & 0xff;
	for (guint i = 0; i < PAYLOAD; i++)
		message[8 + i] = 0xf0 | (rand() & 0x8f);
}

static void
bench_pump(BenchCall *calls, guint n, guint seconds)
{
	guint8 message[CLIENT_SIZE], buffer[8192];
	gint64 next = g_get_monotonic_time();

	bench_make_message(message);
	for (guint tick = 0; tick < seconds * 50; tick++) {
		for (guint i = 0; i < n; i++) {
			ssize_t got = recv(calls[i].fd, buffer, sizeof(buffer), MSG_DONTWAIT);

			calls[i].received += MAX(got, 0);
			if (send(calls[i].fd, message, CLIENT_SIZE, MSG_NOSIGNAL) != CLIENT_SIZE)
				g_printerr("call %u is stuck\n", i);
			/* Spread, as real calls are. */
			if (i % 32 == 31) {
				gint64 wait = next + 20000 * (gint64)i / n - g_get_monotonic_time();

				if (wait > 50)
					g_usleep(wait);
			}
		}
		while (g_main_context_iteration(NULL, FALSE))
			;
		next += 20000;
		if (next > g_get_monotonic_time())
			g_usleep(next - g_get_monotonic_time());
	}
}

static gboolean
bench_all_ended(BenchCall *calls, guint n)
{
	for (guint i = 0; i < n; i++) {
		if (!calls[i].ended)
			return FALSE;
	}
	return TRUE;
}

static void
bench_run(const BenchCase *bench, guint n, guint seconds)
{
	OffhookMediaThread *thread = offhook_media_thread_new("bench-media", NULL);
	OffhookMediaThreadStatistics statistics;
	g_autofree BenchCall *calls = g_new0(BenchCall, n);
	g_autofree char *dir = g_dir_make_tmp("bench-media-XXXXXX", NULL);
	gint64 memory = bench_get_memory();
	guint64 received = 0;
	gint64 cpu_ns;

	for (guint i = 0; i < n; i++)
		bench_open(&calls[i], thread, bench, dir, i);
	bench_pump(calls, n, 1);
	memory = (bench_get_memory() - memory) / n;
	/* Without what the test itself gave to be played. */
	memory -= bench->play ? 16000 * 30 * 2 : 0;
	for (guint i = 0; i < n; i++)
		calls[i].received = 0;
	cpu_ns = bench_get_cpu_ns(thread);
	bench_pump(calls, n, seconds);
	cpu_ns = bench_get_cpu_ns(thread) - cpu_ns;
	for (guint i = 0; i < n; i++)
		received += calls[i].received;
	offhook_media_thread_get_statistics(thread, &statistics);
	g_print("%6.2f us per 20 ms, %4.1f%% of a core, %5" G_GINT64_FORMAT
		" KiB per call, %.1f back, "
		"%" G_GUINT64_FORMAT " late, %" G_GUINT64_FORMAT " dropped: %s\n",
		cpu_ns / 1e3 / ((double)n * seconds * 50), cpu_ns / 1e7 / seconds, memory / 1024,
		(double)received / MESSAGE / n / seconds, statistics.late_ticks,
		statistics.dropped_frames, bench->name);
	for (guint i = 0; i < n; i++)
		close(calls[i].fd);
	while (!bench_all_ended(calls, n))
		g_main_context_iteration(NULL, TRUE);
	for (guint i = 0; i < n; i++) {
		g_autofree char *path = g_strdup_printf("%s/%u.wav", dir, i);

		offhook_media_session_unref(calls[i].session);
		unlink(path);
	}
	offhook_media_thread_free(thread);
	rmdir(dir);
}

int
main(int argc, char *argv[])
{
	guint n = argc > 1 ? atoi(argv[1]) : 400;
	guint seconds = argc > 2 ? atoi(argv[2]) : 5;

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		if (argc <= 3 || (gsize)atoi(argv[3]) == i)
			bench_run(&cases[i], n, seconds);
	}
	return 0;
}
