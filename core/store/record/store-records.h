/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the store keeps, as plain structs. Every string is owned by its record. Times are
 * microseconds since 1970 UTC, 0 for "has not happened". Any thread may make, copy and free them.
 *
 * Fill a record on the stack with borrowed strings to write it (the store copies what it needs), or
 * get one from a read and free it. JSON fields hold JSON text; %NULL means none.
 */
#pragma once

#include "engine/usage.h"

G_BEGIN_DECLS

/** The words a call's status may be, %NULL-terminated. */
extern const char *const offhook_store_call_statuses[];
/** active, completed, failed, interrupted. %NULL-terminated. */
extern const char *const offhook_store_conversation_statuses[];
/** recording, completed, failed, interrupted. %NULL-terminated. */
extern const char *const offhook_store_recording_statuses[];
/** user, assistant, system, tool. %NULL-terminated. */
extern const char *const offhook_store_message_roles[];
/** pending, dead. %NULL-terminated. */
extern const char *const offhook_store_delivery_statuses[];
/** waiting, calling, completed, failed, missed, canceled. %NULL-terminated. */
extern const char *const offhook_store_scheduled_statuses[];

typedef struct {
	char *id;               /* ours, a UUID version 7 */
	char *provider_call_id; /* (nullable) */
	char *driver;           /* its name, "loopback" */
	char *assistant;        /* (nullable) */
	char *direction;        /* "inbound" or "outbound" */
	char *from;             /* (nullable) */
	char *to;               /* (nullable) */
	char *status; /* initiating, ringing, in-progress, completed, busy, failed, no-answer,
	                 canceled, interrupted, transferred */
	gint64 created_us;
	gint64 answered_us;
	gint64 ended_us;
	char *end_reason;     /* (nullable): offhook_end_reason_to_string() or the driver's words */
	char *recording_path; /* (nullable) */
	char *node;           /* the machine the call lives on */
	OffhookUsageTotals usage; /* of engines */
	char *origin_call_id;     /* (nullable): the call for whose sake this one was placed */
} OffhookCallRecord;

typedef struct {
	char *call_id;
	guint seq; /* per call, from 1. 0 takes the next free one: only for a call that ended */
	gint64 at_us;
	char *type; /* "call.started" */
	char *data; /* (nullable): JSON */
} OffhookCallEventRecord;

typedef struct {
	char *id;
	char *call_id; /* (nullable): a conversation may be text only */
	char *user_id; /* (nullable) */
	char *status;
	char *assistant;  /* (nullable) */
	char *agent_type; /* (nullable) */
	gint64 created_us;
	gint64 last_message_us; /* kept by the store as messages come; ignored when written */
	guint message_count;    /* likewise */
	char *metadata;         /* (nullable): JSON */
} OffhookConversationRecord;

typedef struct {
	char *id;
	char *conversation_id;
	char *call_id; /* (nullable) */
	char *role;
	char *content; /* of an assistant: what the caller heard, once that is known */
	gint64 at_us;
	double confidence;    /* 0..1, negative for "not known" */
	gboolean interrupted; /* the caller spoke into it */
	char *agent_id;       /* (nullable): the agent whose words they are; no agent's */
	guint seq; /* per conversation, from 1, given by the store; ignored when written */
} OffhookMessageRecord;

/**
 * Where one turn's time went, in milliseconds; negative for "did not happen". The names are those
 * of turn/turn-timings.h.
 */
typedef struct {
	/* After started_us of the turn. */
	double speech_ended_ms;
	double transcript_final_ms;
	double due_ms;
	double committed_ms;
	double first_text_ms;
	double first_audio_ms;
	double first_frame_ms;
	double heard_end_ms;
	double interrupted_ms; /* the caller spoke into the answer */
	double silenced_ms;    /* and the line was silent */
	/* Lengths. */
	double stt_ms;
	double agent_ms;
	double tts_ms;
	double answer_delay_ms;
	double own_share_ms;
} OffhookTurnTimesRecord;

typedef struct {
	char *call_id;
	guint index; /* per call, from 0 */
	gint64
	    started_us; /* the caller's last sound; of a turn without, when its agent was asked */
	OffhookTurnTimesRecord times;
	char *user_message_id;      /* (nullable): what was said; message of that id */
	char *assistant_message_id; /* (nullable): what was answered */
	gboolean interrupted;
	char *assistant;          /* (nullable): whose turn it was */
	char *agent_id;           /* (nullable): its agent that spoke; none did */
	char *stt;                /* (nullable): the engine that understood the caller */
	char *llm;                /* (nullable): ... that thought of the answer */
	char *tts;                /* (nullable): ... that spoke it */
	OffhookUsageTotals usage; /* since the turn before */
} OffhookTurnRecord;

/** What an assistant's calls have cost. */
typedef struct {
	char *assistant;
	double cost;
} OffhookCostRecord;

typedef struct {
	char *id;
	char *call_id;
	char *path;
	char *format; /* "wav" or "opus" */
	gint64 started_us;
	gint64 duration_ms; /* negative while not known */
	char *status;
} OffhookRecordingRecord;

/** What there is of a call outside of the database: one of @path and @event is there. */
typedef struct {
	char *call_id;
	char *driver;
	char *path;  /* (nullable): of a recording */
	char *event; /* (nullable): what was told of a recording at the provider, JSON */
} OffhookHoldingRecord;

/** How many rows of a table. */
typedef struct {
	char *table;
	gint64 rows;
} OffhookRowCountRecord;

/** That somebody's data were erased. */
typedef struct {
	char *id; /* a UUID version 7 */
	gint64 at_us;
	char *subject; /* a keyed hash of who it was */
	char *receipt; /* JSON */
	/* Of what collections are to forget, kept by the store; see offhook_store_settle_receipts_async(). */
	gint64 removals_left;    /* -1: not known */
	gint64 removals_done_us; /* since when there are none; 0: there are, or it is not known */
} OffhookReceiptRecord;
/** What a user said, or wrote, to an agent and was answered; each of up to 64 KiB. */
typedef struct {
	char *id;
	char *user_id;
	char *session_id; /* (nullable): a call, a chat, ... */
	char *agent_type; /* (nullable) */
	char *input;
	char *response; /* (nullable) */
	char *metadata; /* (nullable): JSON */
	gint64 created_us;
} OffhookInteractionRecord;

/** What is known of a user, each of up to 64 KiB. */
typedef struct {
	char *user_id;
	char *preferences; /* JSON object; (nullable) when written: stays as it is */
	gint64 updated_us; /* when they were written last */
	char *knowledge;   /* (nullable): JSON object */
	gint64 knowledge_us;
} OffhookPreferencesRecord;

/** What is remembered of a user; see offhook/memory.h. */
typedef struct {
	char *id; /* the same for what takes its place: see offhook_memory_record_make_id() */
	char *user_id;
	char *kind; /* one of offhook_memory_kind_to_string() */
	char *key;  /* (nullable) */
	char *text;
	char *conversation_id; /* (nullable): in which it was said */
	gint64 created_us;
	char *model;  /* (nullable): by which the vector was made */
	char *vector; /* (nullable): what the text means, "[0.1,0.2]" */
} OffhookMemoryRecord;

/** A memory that is gone, but not from an index beside the database. */
typedef struct {
	char *id;
	char *collection;
} OffhookMemoryRemovalRecord;

/** How far the meaning of one memory is from what was asked for. */
typedef struct {
	char *id;
	char *vector;    /* (nullable): what it means, where the database leaves comparing to us */
	double distance; /* 1 less the cosine of the angle between them; negative: unknown */
} OffhookMemoryDistanceRecord;

/** How many interactions there were. */
typedef struct {
	char *agent_type; /* (nullable): of all kinds, or of none */
	guint interactions;
	guint users;
	guint sessions;
	gint64 last_us;
} OffhookInteractionCountRecord;

/** An event on its way to a system of the user's. It is gone when that has taken it. */
typedef struct {
	char *id;        /* a UUID version 7, the same each time it is sent */
	char *endpoint;  /* NAME of [webhook:NAME] */
	char *node;      /* the machine that sends it */
	char *call_id;   /* (nullable); one that is not in the store counts as none */
	gint64 position; /* events of a call are sent in this order */
	char *type;      /* "call.started" */
	char *body;      /* JSON, as it is sent; up to 512 KiB */
	char *status;    /* pending, dead */
	guint attempts;
	gint64 created_us;
	gint64 expires_us; /* a failure after this is the last */
	gint64 next_us;    /* not before; 0: at once */
	char *error;       /* (nullable): of the last attempt */
} OffhookDeliveryRecord;

/** A call that is to be placed, or was. */
typedef struct {
	char *id; /* a UUID version 7 */
	char *node;
	char *number;         /* E.164 */
	char *assistant;      /* (nullable): the first of the provider's */
	char *reason;         /* (nullable): what it is about */
	char *origin_call_id; /* (nullable): in which it was arranged */
	char *status;
	gint64 at_us;
	gint64 next_us; /* of the next attempt; 0: there is none */
	guint attempts;
	guint max_attempts;
	guint retry_s; /* between two attempts */
	char *call_id; /* (nullable): of the last attempt */
	char *error;   /* (nullable): why that came to nothing */
	gint64 created_us;
} OffhookScheduledCallRecord;

/** How many deliveries. */
typedef struct {
	char *endpoint;
	char *status;
	guint deliveries;
	gint64 oldest_us;
} OffhookDeliveryCountRecord;

/** A turn's times with everything "did not happen". */
#define OFFHOOK_TURN_TIMES_RECORD_INIT                                                             \
	((OffhookTurnTimesRecord){-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1})

OffhookCallRecord *offhook_call_record_copy(const OffhookCallRecord *self);
void offhook_call_record_free(OffhookCallRecord *self);

OffhookCallEventRecord *offhook_call_event_record_copy(const OffhookCallEventRecord *self);
void offhook_call_event_record_free(OffhookCallEventRecord *self);

OffhookConversationRecord *offhook_conversation_record_copy(const OffhookConversationRecord *self);
void offhook_conversation_record_free(OffhookConversationRecord *self);

OffhookMessageRecord *offhook_message_record_copy(const OffhookMessageRecord *self);
void offhook_message_record_free(OffhookMessageRecord *self);

/** How many times a turn has, and what the @i-th is called in the database and in JSON. */
#define OFFHOOK_TURN_TIMES_RECORD_N (sizeof(OffhookTurnTimesRecord) / sizeof(double))
const char *offhook_turn_times_record_get_name(guint i);
double offhook_turn_times_record_get(const OffhookTurnTimesRecord *self, guint i);

OffhookTurnRecord *offhook_turn_record_copy(const OffhookTurnRecord *self);
void offhook_turn_record_free(OffhookTurnRecord *self);

OffhookCostRecord *offhook_cost_record_copy(const OffhookCostRecord *self);
void offhook_cost_record_free(OffhookCostRecord *self);

OffhookRecordingRecord *offhook_recording_record_copy(const OffhookRecordingRecord *self);
void offhook_recording_record_free(OffhookRecordingRecord *self);

OffhookHoldingRecord *offhook_holding_record_copy(const OffhookHoldingRecord *self);
void offhook_holding_record_free(OffhookHoldingRecord *self);

OffhookRowCountRecord *offhook_row_count_record_copy(const OffhookRowCountRecord *self);
void offhook_row_count_record_free(OffhookRowCountRecord *self);

OffhookReceiptRecord *offhook_receipt_record_copy(const OffhookReceiptRecord *self);
void offhook_receipt_record_free(OffhookReceiptRecord *self);
OffhookInteractionRecord *offhook_interaction_record_copy(const OffhookInteractionRecord *self);
void offhook_interaction_record_free(OffhookInteractionRecord *self);

OffhookPreferencesRecord *offhook_preferences_record_copy(const OffhookPreferencesRecord *self);
void offhook_preferences_record_free(OffhookPreferencesRecord *self);

OffhookMemoryRecord *offhook_memory_record_copy(const OffhookMemoryRecord *self);
void offhook_memory_record_free(OffhookMemoryRecord *self);
OffhookMemoryRemovalRecord *
offhook_memory_removal_record_copy(const OffhookMemoryRemovalRecord *self);
void offhook_memory_removal_record_free(OffhookMemoryRemovalRecord *self);
OffhookMemoryDistanceRecord *
offhook_memory_distance_record_copy(const OffhookMemoryDistanceRecord *self);
void offhook_memory_distance_record_free(OffhookMemoryDistanceRecord *self);

OffhookInteractionCountRecord *
offhook_interaction_count_record_copy(const OffhookInteractionCountRecord *self);
void offhook_interaction_count_record_free(OffhookInteractionCountRecord *self);

OffhookDeliveryRecord *offhook_delivery_record_copy(const OffhookDeliveryRecord *self);
void offhook_delivery_record_free(OffhookDeliveryRecord *self);

OffhookScheduledCallRecord *
offhook_scheduled_call_record_copy(const OffhookScheduledCallRecord *self);
void offhook_scheduled_call_record_free(OffhookScheduledCallRecord *self);

OffhookDeliveryCountRecord *
offhook_delivery_count_record_copy(const OffhookDeliveryCountRecord *self);
void offhook_delivery_count_record_free(OffhookDeliveryCountRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookCallRecord, offhook_call_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookCallEventRecord, offhook_call_event_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookConversationRecord, offhook_conversation_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMessageRecord, offhook_message_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTurnRecord, offhook_turn_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookCostRecord, offhook_cost_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRecordingRecord, offhook_recording_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHoldingRecord, offhook_holding_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRowCountRecord, offhook_row_count_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookReceiptRecord, offhook_receipt_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookInteractionRecord, offhook_interaction_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPreferencesRecord, offhook_preferences_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMemoryRecord, offhook_memory_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookInteractionCountRecord, offhook_interaction_count_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDeliveryRecord, offhook_delivery_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookScheduledCallRecord, offhook_scheduled_call_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDeliveryCountRecord, offhook_delivery_count_record_free)

G_END_DECLS
