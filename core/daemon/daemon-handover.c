/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Both sides of a handover. The old process keeps its calls and what belongs to them; the new one has
 * everything else, and the rest when the old one has gone. Main thread.
 */

#include "daemon/daemon-handover.h"

#include <sys/stat.h>
#include <unistd.h>

#include <offhook/error.h>

#include "base/service-manager.h"
#include "daemon/daemon-deliveries.h"
#include "daemon/handover-text.h"

#define OFFHOOK_HANDOVER_SETTLE_MS  100
#define OFFHOOK_HANDOVER_LINGER_MS  100
#define OFFHOOK_HANDOVER_SCHEDULE_S 1
#define OFFHOOK_HANDOVER_MINUTE_S   60
/* No phone rings for so long: a process that has not said by then that it rings nobody stands still. */
#define OFFHOOK_HANDOVER_RINGING_S  600

/* ---- the old process ---- */

/* The one that serves tells of all calls, and has to know of ours. */
static void
offhook_daemon_tell_calls(OffhookDaemon *self)
{
	g_autofree char *message =
	    offhook_handover_text_write_calls(offhook_call_manager_count(self->calls));

	if (self->successor != NULL)
		offhook_successor_tell(self->successor, message);
}

static gboolean
offhook_daemon_count_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	self->count_id = 0;
	offhook_daemon_tell_calls(self);
	return G_SOURCE_REMOVE;
}

/* Of several that end at once it is told once, when they have. Whoever had connected may still bring one. */
static void
offhook_daemon_calls_changed_cb(OffhookCallManager *calls, OffhookCall *call, gpointer user_data)
{
	OffhookDaemon *self = user_data;

	if (self->count_id == 0 && !self->stopping)
		self->count_id = g_idle_add(offhook_daemon_count_cb, self);
}

static void
offhook_daemon_watch_calls(OffhookDaemon *self)
{
	static const char *const changes[] = {"call-added", "call-removed"};

	for (guint i = 0; i < G_N_ELEMENTS(changes); i++)
		g_signal_connect(self->calls, changes[i],
				 G_CALLBACK(offhook_daemon_calls_changed_cb), self);
	offhook_daemon_tell_calls(self);
}

static void
offhook_daemon_forget_successor(OffhookDaemon *self)
{
	g_signal_handlers_disconnect_by_func(self->calls, offhook_daemon_calls_changed_cb, self);
	g_clear_pointer(&self->successor, offhook_successor_free);
}

static void
offhook_daemon_stop_timers(OffhookDaemon *self)
{
	g_clear_handle_id(&self->settle_id, g_source_remove);
	g_clear_handle_id(&self->schedule_id, g_source_remove);
	g_clear_handle_id(&self->limit_id, g_source_remove);
	g_clear_handle_id(&self->linger_id, g_source_remove);
	g_clear_handle_id(&self->count_id, g_source_remove);
}

/* Everybody comes to us again. */
static void
offhook_daemon_step_back(OffhookDaemon *self)
{
	offhook_http_server_step_back(self->http);
	offhook_call_manager_mark_addresses(self->calls, NULL);
	offhook_daemon_stop_timers(self);
	offhook_daemon_forget_successor(self);
}

static void
offhook_daemon_not_succeeded_cb(gpointer user_data, const GError *error)
{
	g_warning("no other process takes over, this one goes on: %s", error->message);
	offhook_daemon_step_back(user_data);
}

static gboolean
offhook_daemon_give(OffhookDaemon *self, GError **error)
{
	g_autofree char *url = offhook_http_server_step_aside(self->http, error);
	g_autoptr(GString) urls = g_string_new(url);
	g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();

	/* In the order of OFFHOOK_GIVEN_. */
	if (url == NULL ||
	    g_unix_fd_list_append(fds, offhook_http_server_get_fd(self->http), error) < 0 ||
	    g_unix_fd_list_append(fds, self->lock_fd, error) < 0)
		return FALSE;
	for (guint i = 0; i < self->predecessors->len; i++)
		if (!offhook_predecessor_pass_on(g_ptr_array_index(self->predecessors, i), urls,
						 fds, error))
			return FALSE;
	return offhook_successor_give(self->successor, urls->str, fds, error);
}

/* What was given out unmarked before has to come to us; the rest the successor sends here. */
static gboolean
offhook_daemon_settle_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;
	g_autoptr(GError) error = NULL;

	if (offhook_call_manager_awaits_unmarked(self->calls) &&
	    g_get_monotonic_time() < self->settle_until_us)
		return G_SOURCE_CONTINUE;
	self->settle_id = 0;
	if (!offhook_daemon_give(self, &error))
		offhook_daemon_not_succeeded_cb(self, error);
	return G_SOURCE_REMOVE;
}

static void
offhook_daemon_ready_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	self->settle_until_us =
	    g_get_monotonic_time() + OFFHOOK_SUCCESSOR_SETTLE_S * G_USEC_PER_SEC;
	self->settle_id = g_timeout_add(OFFHOOK_HANDOVER_SETTLE_MS, offhook_daemon_settle_cb, self);
}

static void
offhook_daemon_schedule_saved_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookDaemon) self = user_data;
	g_autoptr(GError) error = NULL;

	if (!offhook_store_flush_finish(OFFHOOK_STORE(source), result, &error))
		g_warning("the new process may not know all of the schedule: %s", error->message);
	if (!self->succeeded)
		return;
	self->schedule_given = TRUE;
	if (self->successor != NULL)
		offhook_successor_tell(self->successor, OFFHOOK_SAYS_SCHEDULE);
}

/* Whom we are ringing is not to be rung by the new process, too. */
static gboolean
offhook_daemon_schedule_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	if (offhook_scheduled_calls_is_ringing(offhook_call_manager_get_scheduled(self->calls)))
		return G_SOURCE_CONTINUE;
	self->schedule_id = 0;
	offhook_store_flush_async(offhook_daemon_store_get(self->store), NULL,
				  offhook_daemon_schedule_saved_cb, g_object_ref(self));
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_daemon_limit_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	self->limit_id = 0;
	g_message("%u calls have not ended within [server] drain-minutes, and are ended now",
		  offhook_call_manager_count(self->calls));
	g_signal_emit_by_name(self, "quit");
	return G_SOURCE_REMOVE;
}

/* Who had come before the other process listened is served, and may bring a call. */
static gboolean
offhook_daemon_linger_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	if (offhook_http_server_has_guests(self->http))
		return G_SOURCE_CONTINUE;
	self->linger_id = 0;
	offhook_daemon_drain(self, TRUE);
	return G_SOURCE_REMOVE;
}

static void
offhook_daemon_serving_cb(gpointer user_data, int pid)
{
	OffhookDaemon *self = user_data;
	gint64 minutes = offhook_config_get_integer(self->config, "server", "drain-minutes");

	g_message("process %d takes over; this one goes on with %u calls, for %" G_GINT64_FORMAT
		  " minutes at most",
		  pid, offhook_call_manager_count(self->calls), minutes);
	self->succeeded = TRUE;
	for (guint i = 0; i < self->predecessors->len; i++)
		offhook_predecessor_leave(g_ptr_array_index(self->predecessors, i));
	offhook_service_manager_pass_on(pid);
	offhook_successor_tell(self->successor, OFFHOOK_SAYS_MAIN);
	offhook_call_manager_set_siblings(self->calls, TRUE);
	offhook_daemon_watch_calls(self);
	offhook_daemon_give_deliveries(self);
	offhook_control_dismiss(self->control);
	g_clear_pointer(&self->dbus, offhook_dbus_door_free);
	g_clear_pointer(&self->retention, offhook_retention_free);
	offhook_scheduled_calls_retire(offhook_call_manager_get_scheduled(self->calls));
	self->schedule_id =
	    g_timeout_add_seconds(OFFHOOK_HANDOVER_SCHEDULE_S, offhook_daemon_schedule_cb, self);
	self->limit_id = g_timeout_add_seconds((guint)minutes * OFFHOOK_HANDOVER_MINUTE_S,
					       offhook_daemon_limit_cb, self);
	self->linger_id = g_timeout_add(OFFHOOK_HANDOVER_LINGER_MS, offhook_daemon_linger_cb, self);
}

static void
offhook_daemon_succeeded_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	if (self->schedule_given)
		offhook_successor_tell(self->successor, OFFHOOK_SAYS_SCHEDULE);
	offhook_daemon_tell_calls(self);
	offhook_daemon_tell_deliveries(self);
}

static void offhook_daemon_watch_predecessors(OffhookDaemon *self);
static void offhook_daemon_ask_predecessors(OffhookDaemon *self, guint first);

/* Nobody else is there to serve: what was given away is ours again, as if it never had been. */
static void
offhook_daemon_take_back(OffhookDaemon *self)
{
	g_warning(
	    "the process that had taken over has died; this one serves again, with the version "
	    "and the configuration that it has");
	self->succeeded = FALSE;
	self->schedule_given = FALSE;
	self->quit_when_drained = FALSE;
	offhook_service_manager_take_back();
	offhook_daemon_step_back(self);
	offhook_call_manager_set_draining(self->calls, FALSE);
	offhook_call_manager_set_siblings(self->calls, !offhook_daemon_is_alone(self));
	offhook_daemon_take_back_deliveries(self);
	offhook_daemon_start_retention(self);
	offhook_daemon_open_bus(self);
	if (self->scheduling)
		offhook_scheduled_calls_start(offhook_call_manager_get_scheduled(self->calls));
	offhook_daemon_ask_predecessors(self, 0);
	offhook_daemon_watch_predecessors(self);
}

static void
offhook_daemon_successor_gone_cb(gpointer user_data, gboolean meant)
{
	OffhookDaemon *self = user_data;

	if (self->stopping)
		return;
	if (!meant) {
		offhook_daemon_take_back(self);
		return;
	}
	offhook_http_server_stop(self->http);
	offhook_daemon_take_back_deliveries(self);
	g_message("the process that had taken over was stopped; this one ends with its last call");
}

static gboolean
offhook_daemon_can_hand_over(OffhookDaemon *self)
{
	if (self->successor != NULL) {
		g_message("another process is taking over, or has");
		return FALSE;
	}
	/* With the first process of a container all others end. */
	if (getpid() == 1) {
		g_warning("process 1 can't hand over");
		return FALSE;
	}
	if (self->predecessors->len < OFFHOOK_HANDOVER_MAX - 1)
		return TRUE;
	g_warning(
	    "%u processes before this one still have calls: no other one takes over until the "
	    "first of them has ended",
	    self->predecessors->len);
	return FALSE;
}

void
offhook_daemon_hand_over(OffhookDaemon *self, const char *const *argv)
{
	static const OffhookSuccessorFuncs funcs = {
	    .ready = offhook_daemon_ready_cb,
	    .serving = offhook_daemon_serving_cb,
	    .failed = offhook_daemon_not_succeeded_cb,
	    .succeeded = offhook_daemon_succeeded_cb,
	    .gone = offhook_daemon_successor_gone_cb,
	};
	g_autoptr(GError) error = NULL;

	if (!offhook_daemon_can_hand_over(self))
		return;
	offhook_call_manager_mark_addresses(self->calls, offhook_http_server_get_mark(self->http));
	self->successor = offhook_successor_start(argv, &funcs, self, &error);
	if (self->successor == NULL)
		offhook_daemon_not_succeeded_cb(self, error);
	else
		g_message("another process is starting");
}

void
offhook_daemon_end_handing_over(OffhookDaemon *self)
{
	self->stopping = TRUE;
	offhook_daemon_stop_timers(self);
	g_clear_handle_id(&self->patience_id, g_source_remove);
	for (guint i = 0; !self->succeeded && i < self->predecessors->len; i++)
		offhook_predecessor_tell(g_ptr_array_index(self->predecessors, i),
					 OFFHOOK_SAYS_STOPPING);
}

/* ---- the new process ---- */

gboolean
offhook_daemon_is_alone(OffhookDaemon *self)
{
	return self->predecessors->len == 0;
}

/* What we don't have one of them has. */
static void
offhook_daemon_show_predecessors(gpointer user_data)
{
	OffhookDaemon *self = user_data;
	g_autoptr(GArray) elders = g_array_new(FALSE, FALSE, sizeof(OffhookHttpElder));

	for (guint i = 0; i < self->predecessors->len; i++) {
		OffhookPredecessor *each = g_ptr_array_index(self->predecessors, i);
		const OffhookHttpElder elder = {
		    .url = offhook_predecessor_get_url(each),
		    .pid = offhook_predecessor_get_pid(each),
		    .n_calls = offhook_predecessor_count_calls(each),
		};

		g_array_append_val(elders, elder);
	}
	offhook_http_elders_set(offhook_http_server_get_elders(self->http),
				(const OffhookHttpElder *)elders->data, elders->len);
}

/* Two state directories are two servers. */
static gboolean
offhook_daemon_is_same_lock(int lock_fd, const char *state_dir, GError **error)
{
	g_autofree char *path = g_build_filename(state_dir, OFFHOOK_LOCK_FILE, NULL);
	struct stat given, ours;

	if (fstat(lock_fd, &given) == 0 && stat(path, &ours) == 0 && given.st_dev == ours.st_dev &&
	    given.st_ino == ours.st_ino)
		return TRUE;
	g_set_error(
	    error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
	    "[server] state-dir: %s is not that of the running server; that needs a restart",
	    state_dir);
	return FALSE;
}

gboolean
offhook_daemon_take_over(OffhookDaemon *self, GError **error)
{
	g_autoptr(GSocket) socket = offhook_predecessor_ask(
	    g_ptr_array_index(self->predecessors, 0), &self->lock_fd, self->predecessors, error);

	if (socket == NULL || !offhook_daemon_is_same_lock(
				  self->lock_fd, offhook_config_get_state_dir(self->config), error))
		return FALSE;
	offhook_http_server_take_socket(self->http, socket);
	offhook_call_manager_set_siblings(self->calls, TRUE);
	offhook_daemon_show_predecessors(self);
	return TRUE;
}

void
offhook_daemon_start_schedule(OffhookDaemon *self)
{
	g_clear_handle_id(&self->patience_id, g_source_remove);
	if (!self->scheduling)
		offhook_scheduled_calls_start(offhook_call_manager_get_scheduled(self->calls));
	self->scheduling = TRUE;
}

/* It stands still, and so would the schedule for as long as it does. */
static gboolean
offhook_daemon_impatient_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	/* Somebody else has the schedule now, unless he dies. */
	if (self->succeeded)
		return G_SOURCE_CONTINUE;
	self->patience_id = 0;
	g_warning("a process before this one does not say that it rings nobody any more; scheduled "
		  "calls are placed without waiting for it");
	offhook_daemon_start_schedule(self);
	return G_SOURCE_REMOVE;
}

/* ... once none of them rings anybody. */
static void
offhook_daemon_take_schedule_cb(gpointer user_data)
{
	OffhookDaemon *self = user_data;

	for (guint i = 0; i < self->predecessors->len; i++)
		if (offhook_predecessor_is_ringing(g_ptr_array_index(self->predecessors, i)))
			return;
	offhook_daemon_start_schedule(self);
}

static void
offhook_daemon_predecessor_gone_cb(gpointer user_data, OffhookPredecessor *predecessor)
{
	OffhookDaemon *self = user_data;
	guint i;

	/* The store may still want to tell it something. */
	if (g_ptr_array_find(self->predecessors, predecessor, &i))
		g_ptr_array_add(self->departed, g_ptr_array_steal_index(self->predecessors, i));
	offhook_daemon_show_predecessors(self);
	offhook_daemon_take_schedule_cb(self);
	offhook_daemon_take_deliveries(self);
	if (!offhook_daemon_is_alone(self)) {
		g_message("a process before this one has ended, another one still has calls");
		return;
	}
	g_message("the process before this one has ended");
	offhook_call_manager_set_siblings(self->calls, FALSE);
	offhook_daemon_store_inherit(self->store);
	/* Our own end may have waited for it, if it is still wanted. */
	if (self->quit_when_drained && offhook_call_manager_is_draining(self->calls))
		offhook_daemon_drain(self, TRUE);
}

static void
offhook_daemon_watch_predecessors(OffhookDaemon *self)
{
	static const OffhookPredecessorFuncs funcs = {
	    .schedule = offhook_daemon_take_schedule_cb,
	    .counted = offhook_daemon_show_predecessors,
	    .deliveries = offhook_daemon_take_deliveries,
	    .gone = offhook_daemon_predecessor_gone_cb,
	};

	for (guint i = 0; i < self->predecessors->len; i++)
		offhook_predecessor_watch(g_ptr_array_index(self->predecessors, i), &funcs, self);
}

/* From @first on: those that have told another one what is to be known of them. */
static void
offhook_daemon_ask_predecessors(OffhookDaemon *self, guint first)
{
	for (guint i = first; i < self->predecessors->len; i++)
		offhook_predecessor_tell(g_ptr_array_index(self->predecessors, i),
					 OFFHOOK_SAYS_SUCCEEDED);
}

void
offhook_daemon_relieve(OffhookDaemon *self)
{
	offhook_predecessor_relieve(g_ptr_array_index(self->predecessors, 0));
	offhook_daemon_ask_predecessors(self, 1);
	self->patience_id = g_timeout_add_seconds(OFFHOOK_HANDOVER_RINGING_S,
						  offhook_daemon_impatient_cb, self);
	offhook_daemon_await_deliveries(self);
	offhook_daemon_watch_predecessors(self);
}
