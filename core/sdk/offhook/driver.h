/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A telephony driver: places and answers calls at one provider and owns the transport of their
 * audio. One object per daemon, main thread only. A subclass implements what it can; what it can't
 * is absent from its capabilities, and asking for it ends in %OFFHOOK_ERROR_NOT_SUPPORTED.
 */
#pragma once

#include <offhook/call-host.h>
#include <offhook/call.h>
#include <offhook/settings.h>
#include <offhook/webhook.h>
#include <offhook/wire-protocol.h>

G_BEGIN_DECLS

/** What a driver can besides verbs. What is missing never reaches the driver. */
typedef enum {
	OFFHOOK_DRIVER_PLAIN = 0,
	OFFHOOK_DRIVER_MACHINE_DETECTION = 1 << 0, /* request.machine_detection */
	OFFHOOK_DRIVER_SEND_DIGITS = 1 << 1,       /* request.send_digits */
	OFFHOOK_DRIVER_TIME_LIMIT = 1 << 2,        /* request.time_limit_s */
	OFFHOOK_DRIVER_FETCH_RECORDING = 1 << 3,
	OFFHOOK_DRIVER_DELETE_RECORDING = 1 << 4,
	OFFHOOK_DRIVER_SEND_MESSAGE = 1 << 5,    /* "send" in sms_features */
	OFFHOOK_DRIVER_RECEIVE_MESSAGE = 1 << 6, /* "receive" in sms_features */
	/* After TRANSFER says how it ended (offhook_call_host_settle_transfer()); else it is final. */
	OFFHOOK_DRIVER_SETTLES_TRANSFERS = 1 << 7,
} OffhookDriverFeatures;

/** Static data. The arrays end with %NULL; a %NULL array means "not supported". */
typedef struct {
	guint verbs;                          /* 1 << OffhookCallVerb */
	gboolean outbound;                    /* make_call works */
	const char *const *voice_features;    /* "inbound", "outbound", "streaming", "dtmf", ... */
	const char *const *sms_features;      /* (nullable): "send", "receive", ... */
	const char *const *recording_formats; /* (nullable): "wav", ...; at the provider */
	OffhookDriverFeatures features;
} OffhookCapabilities;

/** What a check of the driver's account said. Free with offhook_driver_check_free(). */
typedef struct {
	gboolean authentication;
	gboolean api_access;
	gboolean webhook_url;
	char *message; /* (nullable): what is wrong, for people */
} OffhookDriverCheck;

/** @message: (nullable): copied. (transfer full) */
OffhookDriverCheck *offhook_driver_check_new(gboolean authentication, gboolean api_access,
					     gboolean webhook_url, const char *message);
/** Adds to the message what is wrong, after what is there. */
void offhook_driver_check_complain(OffhookDriverCheck *self, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
void offhook_driver_check_free(OffhookDriverCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDriverCheck, offhook_driver_check_free)

#define OFFHOOK_TYPE_DRIVER (offhook_driver_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookDriver, offhook_driver, OFFHOOK, DRIVER, GObject)

/*
 * How the functions below behave, all of them:
 *  - Main thread; nothing blocks. An async function calls back exactly once, from the main loop or
 *    before it returns (g_task_return_*), and copies what it needs of its arguments.
 *  - A cancelled request ends with %G_IO_ERROR_CANCELLED and leaves nothing behind; where the
 *    provider may have acted already, cancelling comes too late and is ignored.
 *  - Errors: %OFFHOOK_ERROR_INVALID_ARGUMENT for a value that the provider can never take,
 *    %OFFHOOK_ERROR_NOT_FOUND for a call that is not (any more) one of the driver's,
 *    %OFFHOOK_ERROR_INVALID_STATE for the wrong moment, %OFFHOOK_ERROR_AUTHENTICATION and
 *    %OFFHOOK_ERROR_PERMISSION for credentials and rights of the account, %OFFHOOK_ERROR_BUSY and
 *    %OFFHOOK_ERROR_RATE_LIMITED when it may work later (after the driver's own patience),
 *    %OFFHOOK_ERROR_TIMED_OUT when it is not known whether the provider did it,
 *    %OFFHOOK_ERROR_UNAVAILABLE when it certainly did not (unreachable, not configured),
 *    %OFFHOOK_ERROR_PROVIDER for every other refusal, with the provider's code and words.
 *  - A create (call, message) is never sent again blindly. When its outcome is not known the driver
 *    asks the provider first.
 *  - A `_finish` need not be implemented when its async function answers through a GTask.
 *
 * What the base class does before a driver is asked, so that no driver has to: verbs and features
 * that it does not claim end in %OFFHOOK_ERROR_NOT_SUPPORTED; everything ends in
 * %OFFHOOK_ERROR_UNAVAILABLE until its first good configuration, which a "phone-number" that is none
 * is not; numbers that are not E.164, texts that are empty and keys that are none end in
 * %OFFHOOK_ERROR_INVALID_ARGUMENT.
 */
struct _OffhookDriverClass {
	GObjectClass parent_class;

	/*
	 * New settings, already checked; also on reload. Calls in progress keep the old ones. %NULL
	 * when offhook_driver_get_setting() is enough. Errors: %OFFHOOK_ERROR_CONFIG, "KEY=VALUE:
	 * expected ..."; the daemon puts the section before it, which may have any name.
	 */
	gboolean (*configure)(OffhookDriver *self, OffhookSettings *settings, GError **error);
	/* Asks the provider whether the settings work. */
	void (*check_async)(OffhookDriver *self, GCancellable *cancellable,
			    GAsyncReadyCallback callback, gpointer user_data);
	OffhookDriverCheck *(*check_finish)(OffhookDriver *self, GAsyncResult *result,
					    GError **error);
	const OffhookCapabilities *(*get_capabilities)(OffhookDriver *self);
	/* (nullable); %NULL: the setting "phone-number", if there is one */
	const char *(*get_phone_number)(OffhookDriver *self);

	/*
	 * Finishes when the provider has taken the request, not when it is answered. Reports about
	 * the call may come before, under request->call_id. A call that failed here has never
	 * existed: nothing is reported of it afterwards.
	 */
	void (*make_call_async)(OffhookDriver *self, const OffhookCallRequest *request,
				GCancellable *cancellable, GAsyncReadyCallback callback,
				gpointer user_data);
	char *(*make_call_finish)(OffhookDriver *self, GAsyncResult *result, GError **error);
	void (*execute_async)(OffhookDriver *self, const char *call_id, OffhookCallVerb verb,
			      const char *argument, GCancellable *cancellable,
			      GAsyncReadyCallback callback, gpointer user_data);
	gboolean (*execute_finish)(OffhookDriver *self, GAsyncResult *result, GError **error);

	/*
	 * A request to `/voice/webhook/<name>`, or below it. Whether it is genuine is found out here,
	 * before anything that it says counts.
	 */
	void (*handle_webhook_async)(OffhookDriver *self, const OffhookWebhook *webhook,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data);
	OffhookWebhookReply *(*handle_webhook_finish)(OffhookDriver *self, GAsyncResult *result,
						      GError **error);

	/*
	 * A WebSocket for `/media/<name>` arrives, or for `/media/<name>/x`: then the path is "/x".
	 * %NULL with %OFFHOOK_ERROR_NOT_FOUND: no such media.
	 */
	OffhookWireProtocol *(*create_protocol)(OffhookDriver *self, const OffhookWebhook *upgrade,
						GError **error);
	/* A stream said who it is. Returns (transfer full) our call id, or refuses. */
	char *(*claim_stream)(OffhookDriver *self, const OffhookStreamStart *start, GError **error);

	/* A recording at the provider into @path, which does not exist: whole, or not at all. */
	void (*fetch_recording_async)(OffhookDriver *self, const char *provider_recording_id,
				      const char *path, GCancellable *cancellable,
				      GAsyncReadyCallback callback, gpointer user_data);
	gboolean (*fetch_recording_finish)(OffhookDriver *self, GAsyncResult *result,
					   GError **error);
	/* Success also when it is gone already. */
	void (*delete_recording_async)(OffhookDriver *self, const char *provider_recording_id,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data);
	gboolean (*delete_recording_finish)(OffhookDriver *self, GAsyncResult *result,
					    GError **error);
	/* Finishes when the provider has taken it, with its name of it, (transfer full). */
	void (*send_message_async)(OffhookDriver *self, const OffhookTextMessage *message,
				   GCancellable *cancellable, GAsyncReadyCallback callback,
				   gpointer user_data);
	char *(*send_message_finish)(OffhookDriver *self, GAsyncResult *result, GError **error);
	/* Does it understand these? For --check-config. Without it, an assistant can give none. */
	gboolean (*check_options)(OffhookDriver *self, const OffhookDriverOptions *options,
				  GError **error);

	/* For drivers that answer at once: this and the next are taken when the async one is %NULL. */
	gboolean (*execute)(OffhookDriver *self, const char *call_id, OffhookCallVerb verb,
			    const char *argument, GError **error);
	/*
	 * An error becomes a reply with its HTTP status and nothing else, for whoever is no provider is to
	 * learn nothing; it is logged, not more often than every ten seconds.
	 */
	OffhookWebhookReply *(*handle_webhook)(OffhookDriver *self, const OffhookWebhook *webhook,
					       GError **error);

	gpointer spare[9];
};

/* For the daemon. */
/**
 * offhook_driver_set_host:
 * @host: (transfer none): outlives the driver
 * @name: copied: what the driver is called in URLs, in the configuration and in errors
 *
 * Once, before anything else is asked of the driver.
 */
void offhook_driver_set_host(OffhookDriver *self, OffhookCallHost *host, const char *name);
gboolean offhook_driver_configure(OffhookDriver *self, OffhookSettings *settings, GError **error);
gboolean offhook_driver_check_options(OffhookDriver *self, const OffhookDriverOptions *options,
				      GError **error);
void offhook_driver_check_async(OffhookDriver *self, GCancellable *cancellable,
				GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (transfer full) (nullable) */
OffhookDriverCheck *offhook_driver_check_finish(OffhookDriver *self, GAsyncResult *result,
						GError **error);
void offhook_driver_make_call_async(OffhookDriver *self, const OffhookCallRequest *request,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data);
/** Returns: (transfer full) (nullable): the provider's name of the call. */
char *offhook_driver_make_call_finish(OffhookDriver *self, GAsyncResult *result, GError **error);
/** Checks the capabilities first: what a driver can't do never reaches it. */
void offhook_driver_execute_async(OffhookDriver *self, const char *call_id, OffhookCallVerb verb,
				  const char *argument, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_driver_execute_finish(OffhookDriver *self, GAsyncResult *result, GError **error);
void offhook_driver_fetch_recording_async(OffhookDriver *self, const char *provider_recording_id,
					  const char *path, GCancellable *cancellable,
					  GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_driver_fetch_recording_finish(OffhookDriver *self, GAsyncResult *result,
					       GError **error);
void offhook_driver_delete_recording_async(OffhookDriver *self, const char *provider_recording_id,
					   GCancellable *cancellable, GAsyncReadyCallback callback,
					   gpointer user_data);
gboolean offhook_driver_delete_recording_finish(OffhookDriver *self, GAsyncResult *result,
						GError **error);
void offhook_driver_send_message_async(OffhookDriver *self, const OffhookTextMessage *message,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data);
/** Returns: (transfer full) (nullable): the provider's name of the message. */
char *offhook_driver_send_message_finish(OffhookDriver *self, GAsyncResult *result, GError **error);
void offhook_driver_handle_webhook_async(OffhookDriver *self, const OffhookWebhook *webhook,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data);
/** Returns: (transfer full) (nullable): what to answer the provider with */
OffhookWebhookReply *offhook_driver_handle_webhook_finish(OffhookDriver *self, GAsyncResult *result,
							  GError **error);
OffhookWireProtocol *offhook_driver_create_protocol(OffhookDriver *self,
						    const OffhookWebhook *upgrade, GError **error);
char *offhook_driver_claim_stream(OffhookDriver *self, const OffhookStreamStart *start,
				  GError **error);

/* For everyone. */
/** Never %NULL; static. */
const OffhookCapabilities *offhook_driver_get_capabilities(OffhookDriver *self);
/** Does it claim @verb? */
gboolean offhook_driver_can(OffhookDriver *self, OffhookCallVerb verb);
/** Does it claim @feature? */
gboolean offhook_driver_has(OffhookDriver *self, OffhookDriverFeatures feature);
const char *offhook_driver_get_phone_number(OffhookDriver *self); /* (nullable) */

/* For subclasses. (transfer none) */
/** (transfer none): where calls are reported to */
OffhookCallHost *offhook_driver_get_host(OffhookDriver *self);
/** (transfer none) (nullable): the settings in force, as `configure` took them last; %NULL: there were none */
OffhookSettings *offhook_driver_get_settings(OffhookDriver *self);
/** One of them, a string. (nullable) */
const char *offhook_driver_get_setting(OffhookDriver *self, const char *name);
/** (transfer none): what the driver is called: the plugin's name, or that of its section */
const char *offhook_driver_get_name(OffhookDriver *self);

/** @name: as it was given: of a call, say, that may be over by now */
typedef void (*OffhookDriverLater)(OffhookDriver *self, const char *name, int value);
/**
 * offhook_driver_run_later:
 * @ms: 0: when the main loop has nothing else to do
 * @name: copied
 *
 * Calls @func once from the main loop, unless the driver is gone by then.
 */
void offhook_driver_run_later(OffhookDriver *self, guint ms, OffhookDriverLater func,
			      const char *name, int value);

/**
 * offhook_driver_begin_task:
 * @tag: the async function, as in g_task_set_source_tag()
 *
 * A task that is past the point where cancelling is possible: a driver that has begun goes through
 * with it.
 *
 * Returns: (transfer full) (nullable): %NULL when the request was cancelled already, which has been
 *   answered
 */
GTask *offhook_driver_begin_task(OffhookDriver *self, gpointer tag, GCancellable *cancellable,
				 GAsyncReadyCallback callback, gpointer user_data);

/**
 * offhook_driver_get_knock:
 *
 * A header for an unsigned request to our own webhook, sent to see whether it arrives and is refused
 * as it should be. It opens nothing; it lets us tell our own from a stranger's.
 *
 * Returns: (transfer none): "Name: value"
 */
const char *offhook_driver_get_knock(OffhookDriver *self);
/** Is @webhook our own knock? Then its refusal is nothing that a log should tell. */
gboolean offhook_driver_is_knock(OffhookDriver *self, const OffhookWebhook *webhook);

/** %OFFHOOK_ERROR_NOT_FOUND: "call ID is not one of NAME". Always %NULL. */
gpointer offhook_driver_fail_unknown_call(OffhookDriver *self, const char *call_id, GError **error);

/**
 * offhook_driver_fail_bridge:
 * @other_id: (nullable): as it was asked for
 * @known: it is a call of the driver's, so the calls are not fit for each other
 *
 * Why @call_id can't be bridged: %OFFHOOK_ERROR_INVALID_ARGUMENT (with none), NOT_FOUND,
 * INVALID_STATE (they are the same, or not both in progress). Always %FALSE.
 */
gboolean offhook_driver_fail_bridge(OffhookDriver *self, const char *call_id, const char *other_id,
				    gboolean known, GError **error);

/** An absolute http or https URL with a host? */
gboolean offhook_http_url_is_valid(const char *text);

/**
 * offhook_driver_make_webhook_url:
 * offhook_driver_make_media_url:
 * @base: (nullable): under which URL the provider reaches us; %NULL for the daemon's public URL
 * @rest: (nullable): what comes after it: a path below, a query
 *
 * Returns: (transfer full): ".../voice/webhook/NAME" + @rest; "wss://.../media/NAME" + @rest
 *   (ws:// where @base is http://)
 */
char *offhook_driver_make_webhook_url(OffhookDriver *self, const char *base, const char *rest);
char *offhook_driver_make_media_url(OffhookDriver *self, const char *base, const char *rest);

/**
 * offhook_driver_parse_base_url:
 * @text: an http or https URL; people paste that of a whole webhook, so everything from our own path
 *   on is left out
 *
 * What a driver's "webhook-url" setting means: the `base` of the functions above. (transfer full)
 * (nullable): %NULL when it is none
 */
char *offhook_driver_parse_base_url(const char *text);
/** What the provider calls @url of ours, if it knows us by @base (nullable). (transfer full) (nullable) */
char *offhook_driver_rebase_url(OffhookDriver *self, const char *base, const char *url);

/**
 * offhook_driver_end_call_later:
 *
 * Reports the end of a call that has a stream after a while only. Providers often tell of an end
 * before the daemon has seen that of the stream, and the daemon knows better why that ended; so the
 * driver's word counts only if the daemon has none by then (a half-open connection, say).
 */
void offhook_driver_end_call_later(OffhookDriver *self, const char *call_id,
				   OffhookEndReason reason, guint delay_ms);

G_END_DECLS
