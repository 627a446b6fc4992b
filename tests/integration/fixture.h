/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A real daemon in a directory of its own, asked over its doors, and the emulator beside it. Both are
 * programs of this build.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

#define FIXTURE_AUTH_TOKEN "12ab34cd56ef78900987fe65dc43ba21"

/** Longest that a request takes: the library's minute may be too short for one of many on a busy machine. */
#define FIXTURE_REQUEST_TIMEOUT_S 300

/**
 * Keys of an assistant whose engines are not what is in doubt: on a machine that does other things, too, they
 * are late, and nobody shall go on without them.
 */
#define FIXTURE_PATIENT                                                                            \
	"stt-timeout-ms=30000\ntts-timeout-ms=30000\nllm-timeout-ms=30000\n"                       \
	"stall-timeout-ms=30000\n"

/** Arguments of an emulator whose caller is: between two sentences of an answer such a machine may need a moment. */
#define FIXTURE_PATIENT_CALLER "--greeting-timeout 30 --answer-timeout 60 --turn-gap 2000"

/**
 * In ms: the agent whom the caller interrupts is silent that soon, which the end of what it says is not. How
 * soon it is on a quiet machine is measured in tests/bench.
 */
#define FIXTURE_SILENCE_WITHIN "2000"

/**
 * In ms: a word may miss this much of its end and still be heard, and the emulator measures in 20 ms. Under
 * sanitizers whoever is due waits longer for a processor.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FIXTURE_SLACK_MS 200
#else
#define FIXTURE_SLACK_MS 100
#endif

typedef struct {
	char *dir;
	char *config_path;
	char *url;   /* once started */
	char *token; /* once started */
	const char *bus;   /* (nullable): what [dbus] bus is to be; none */
	char *bus_address; /* (nullable): of that one */
	GSubprocess *daemon;
	SoupSession *session;
} Fixture;

/** Makes the directory; nothing runs yet. */
void fixture_set_up(Fixture *self, gconstpointer data);
/** Stops the daemon (which must exit with 0) and removes the directory. */
void fixture_tear_down(Fixture *self, gconstpointer data);

/** For programs that run beside the daemon: in the directory, and no longer than the test. */
GSubprocessLauncher *fixture_make_launcher(Fixture *self, GSubprocessFlags flags);

/**
 * Writes the configuration: a server on any port, on no bus unless there is one, state in the directory, and
 * @rest. "@DIR@" in it
 * stands for the directory, "@DATA@" for tests/data.
 */
void fixture_configure(Fixture *self, const char *rest);
/** @text with the same put in, and the daemon's address for "@URL@". (transfer full) */
char *fixture_expand(Fixture *self, const char *text);
/** Starts the daemon and waits until it listens. */
void fixture_start(Fixture *self);
/** SIGTERM; asserts that it exits with 0. */
void fixture_stop(Fixture *self);
/** SIGKILL. */
void fixture_kill(Fixture *self);
void fixture_signal(Fixture *self, int signal);
/** From now on no file of the daemon may grow beyond @bytes; %G_MAXUINT64: any may. */
void fixture_limit_files(Fixture *self, guint64 bytes);
/** The daemon's log so far. (transfer full) */
char *fixture_read_log(Fixture *self);
/** Waits for @text to be in the log. */
void fixture_wait_log(Fixture *self, const char *text);

/** @body: (nullable): JSON text. (transfer full); asserts @status. */
JsonObject *fixture_request(Fixture *self, const char *method, const char *path, const char *body,
			    guint status);

/** All that GET /metrics tells. (transfer full) */
char *fixture_read_metrics(Fixture *self);
/** One without labels; there must be such a one. */
double fixture_get_metric(Fixture *self, const char *name);

/** Runs offhookd with more arguments. (transfer full): what it printed to both outputs */
char *fixture_run_daemon(Fixture *self, const char *argument, int *exit_status);

/**
 * Starts the emulator with these arguments; end with %NULL. --to and the token are added, and that its caller
 * is patient, which the arguments may say otherwise.
 */
GSubprocess *fixture_spawn_emulator(Fixture *self, ...) G_GNUC_NULL_TERMINATED;
/** Starts a program below the build's root with shell words, in which "@DIR@" and "@URL@" stand. */
GSubprocess *fixture_spawn_program(Fixture *self, const char *program, const char *words);
/** Waits for its end. (transfer full): what it printed; asserts that it exits with @exit_status. */
char *fixture_finish_emulator(GSubprocess *emulator, int exit_status);
/**
 * How long the caller heard the agent's @n-th utterance (from 1), by the log of the emulator, which is
 * "emulator.jsonl" in the directory.
 */
double fixture_get_heard_ms(Fixture *self, guint n);

/* ---- the command line ---- */

/** @arguments: a shell's words, after "offhook --config FILE", which are $0 and $1 */
GSubprocess *fixture_start_cli(Fixture *self, const char *arguments);
/** @process: (transfer full). (transfer full): what it printed to both outputs; asserts @status */
char *fixture_finish_cli(GSubprocess *process, const char *arguments, int status);
char *fixture_run_cli(Fixture *self, const char *arguments, int status);
/** Asserts that it prints @text. */
void fixture_expect_cli(Fixture *self, const char *arguments, int status, const char *text);

/** Events of /ws as they come. */
typedef struct {
	Fixture *fixture;
	SoupWebsocketConnection *connection;
	GPtrArray *events; /* of JsonObject */
} Listener;

/** @subscription: (nullable): message to send first. */
Listener *listener_new(Fixture *fixture, const char *subscription);
void listener_free(Listener *self);
/**
 * Waits for the @n-th event (from 1) of @type. (transfer none). A daemon that hangs up before has died:
 * fails at once, with its log.
 */
JsonObject *listener_wait(Listener *self, const char *type, guint n);

/** Waits until the newest call has @status. (transfer full): the call with its transcript */
JsonObject *fixture_wait_call(Fixture *self, const char *status);
/** The same of the newest of the caller with the number @from. */
JsonObject *fixture_wait_call_of(Fixture *self, const char *from, const char *status);
/**
 * All that was said in it once it is completed, "role: content" in lines. (transfer full)
 * @n_cut: (out) (optional): how many of the messages were cut short
 */
char *fixture_read_talk(Fixture *self, guint *n_cut);

G_END_DECLS
