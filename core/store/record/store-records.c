/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What each record is made of: the tables that copying, checking and the databases work from. The
 * columns of the migrations are these. Any thread.
 */

#include "store/record/store-records.h"

#include "store/record/record-type.h"
#include <offhook/call.h>
#include <offhook/memory.h>

#define OFFHOOK_STORE_MAX_ID      OFFHOOK_PROVIDER_ID_MAX
#define OFFHOOK_STORE_MAX_WORD    OFFHOOK_PARTY_MAX
#define OFFHOOK_STORE_MAX_PATH    4096
#define OFFHOOK_STORE_MAX_CONTENT (256 * 1024)
#define OFFHOOK_STORE_MAX_JSON    (64 * 1024)
#define OFFHOOK_STORE_MAX_BODY    (512 * 1024)

#define REQUIRED OFFHOOK_FIELD_REQUIRED
#define KEPT     OFFHOOK_FIELD_KEPT

#define FIELD_AS(record, member, column, ...)                                                      \
	OFFHOOK_FIELD_INIT(record, member, #member, column, __VA_ARGS__)
#define FIELD(record, member, ...) FIELD_AS(record, member, #member, __VA_ARGS__)
#define ID(record, member, bits)                                                                   \
	FIELD(record, member, TEXT, .flags = (bits), .max_length = OFFHOOK_STORE_MAX_ID)
#define WORD(record, member, bits)                                                                 \
	FIELD(record, member, TEXT, .flags = (bits), .max_length = OFFHOOK_STORE_MAX_WORD)
#define CHOICE(record, member, list)                                                               \
	FIELD(record, member, TEXT, .flags = REQUIRED, .max_length = OFFHOOK_STORE_MAX_WORD,       \
	      .words = (list))
#define PATH(record, member, bits)                                                                 \
	FIELD(record, member, TEXT, .flags = (bits), .max_length = OFFHOOK_STORE_MAX_PATH)
#define JSON(record, member)                                                                       \
	FIELD(record, member, TEXT, .flags = OFFHOOK_FIELD_JSON,                                   \
	      .max_length = OFFHOOK_STORE_MAX_JSON)

/* clang-format off */
const char *const offhook_store_call_statuses[] = {
	"initiating", "ringing", "in-progress", "completed", "busy", "failed", "no-answer",
	"canceled", "interrupted", "transferred", NULL};
const char *const offhook_store_conversation_statuses[] = {
	"active", "completed", "failed", "interrupted", NULL};
const char *const offhook_store_recording_statuses[] = {
	"recording", "completed", "failed", "interrupted", NULL};
const char *const offhook_store_message_roles[] = {"user", "assistant", "system", "tool", NULL};

const char *const offhook_store_delivery_statuses[] = {"pending", "dead", NULL};
const char *const offhook_store_scheduled_statuses[] = {
	"waiting", "calling", "completed", "failed", "missed", "canceled", NULL};

static const char *const offhook_store_call_directions[] = {"inbound", "outbound", NULL};

#define USAGE(record, member, kind) OFFHOOK_FIELD_INIT(record, usage.member, #member, #member, kind)
#define USAGE_FIELDS(record)                                                                       \
	USAGE(record, input_tokens, LENGTH), USAGE(record, output_tokens, LENGTH),                 \
	    USAGE(record, characters, LENGTH), USAGE(record, audio_us, LENGTH),                    \
	    USAGE(record, cost, FIGURE)

static const OffhookField offhook_call_record_fields[] = {
	ID(OffhookCallRecord, id, REQUIRED),
	ID(OffhookCallRecord, provider_call_id, 0),
	WORD(OffhookCallRecord, driver, REQUIRED),
	WORD(OffhookCallRecord, assistant, 0),
	CHOICE(OffhookCallRecord, direction, offhook_store_call_directions),
	/* "from" and "to" would have to be quoted in SQL. */
	FIELD_AS(OffhookCallRecord, from, "from_number", TEXT, .max_length = OFFHOOK_STORE_MAX_WORD),
	FIELD_AS(OffhookCallRecord, to, "to_number", TEXT, .max_length = OFFHOOK_STORE_MAX_WORD),
	CHOICE(OffhookCallRecord, status, offhook_store_call_statuses),
	FIELD(OffhookCallRecord, created_us, TIME, .flags = REQUIRED),
	FIELD(OffhookCallRecord, answered_us, TIME),
	FIELD(OffhookCallRecord, ended_us, TIME),
	WORD(OffhookCallRecord, end_reason, 0),
	PATH(OffhookCallRecord, recording_path, 0),
	WORD(OffhookCallRecord, node, REQUIRED),
	USAGE_FIELDS(OffhookCallRecord),
	ID(OffhookCallRecord, origin_call_id, 0),
};

static const OffhookField offhook_call_event_record_fields[] = {
	ID(OffhookCallEventRecord, call_id, REQUIRED),
	FIELD(OffhookCallEventRecord, seq, COUNT),
	FIELD(OffhookCallEventRecord, at_us, TIME, .flags = REQUIRED),
	WORD(OffhookCallEventRecord, type, REQUIRED),
	JSON(OffhookCallEventRecord, data),
};

static const OffhookField offhook_conversation_record_fields[] = {
	ID(OffhookConversationRecord, id, REQUIRED),
	ID(OffhookConversationRecord, call_id, 0),
	WORD(OffhookConversationRecord, user_id, 0),
	CHOICE(OffhookConversationRecord, status, offhook_store_conversation_statuses),
	WORD(OffhookConversationRecord, assistant, 0),
	WORD(OffhookConversationRecord, agent_type, 0),
	FIELD(OffhookConversationRecord, created_us, TIME, .flags = REQUIRED),
	FIELD(OffhookConversationRecord, last_message_us, TIME, .flags = KEPT),
	FIELD(OffhookConversationRecord, message_count, COUNT, .flags = KEPT),
	JSON(OffhookConversationRecord, metadata),
};

static const OffhookField offhook_message_record_fields[] = {
	ID(OffhookMessageRecord, id, REQUIRED),
	ID(OffhookMessageRecord, conversation_id, REQUIRED),
	ID(OffhookMessageRecord, call_id, 0),
	CHOICE(OffhookMessageRecord, role, offhook_store_message_roles),
	FIELD(OffhookMessageRecord, content, TEXT, .flags = REQUIRED | OFFHOOK_FIELD_EMPTY,
	      .max_length = OFFHOOK_STORE_MAX_CONTENT),
	FIELD(OffhookMessageRecord, at_us, TIME, .flags = REQUIRED),
	FIELD(OffhookMessageRecord, confidence, FIGURE),
	FIELD(OffhookMessageRecord, interrupted, FLAG),
	WORD(OffhookMessageRecord, agent_id, 0),
	FIELD(OffhookMessageRecord, seq, COUNT, .flags = KEPT),
};

#define TURN_TIME(member)                                                                          \
	OFFHOOK_FIELD_INIT(OffhookTurnRecord, times.member, #member, #member, FIGURE)

static const OffhookField offhook_turn_record_fields[] = {
	ID(OffhookTurnRecord, call_id, REQUIRED),
	FIELD_AS(OffhookTurnRecord, index, "turn_index", COUNT),
	FIELD(OffhookTurnRecord, started_us, TIME, .flags = REQUIRED),
	TURN_TIME(speech_ended_ms),
	TURN_TIME(transcript_final_ms),
	TURN_TIME(due_ms),
	TURN_TIME(committed_ms),
	TURN_TIME(first_text_ms),
	TURN_TIME(first_audio_ms),
	TURN_TIME(first_frame_ms),
	TURN_TIME(heard_end_ms),
	TURN_TIME(interrupted_ms),
	TURN_TIME(silenced_ms),
	TURN_TIME(stt_ms),
	TURN_TIME(agent_ms),
	TURN_TIME(tts_ms),
	TURN_TIME(answer_delay_ms),
	TURN_TIME(own_share_ms),
	ID(OffhookTurnRecord, user_message_id, 0),
	ID(OffhookTurnRecord, assistant_message_id, 0),
	FIELD(OffhookTurnRecord, interrupted, FLAG),
	WORD(OffhookTurnRecord, assistant, 0),
	WORD(OffhookTurnRecord, agent_id, 0),
	WORD(OffhookTurnRecord, stt, 0),
	WORD(OffhookTurnRecord, llm, 0),
	WORD(OffhookTurnRecord, tts, 0),
	USAGE_FIELDS(OffhookTurnRecord),
};

const char *
offhook_turn_times_record_get_name(guint i)
{
	const gsize offset = G_STRUCT_OFFSET(OffhookTurnRecord, times) + i * sizeof(double);

	for (guint f = 0; f < G_N_ELEMENTS(offhook_turn_record_fields); f++)
		if (offhook_turn_record_fields[f].offset == offset)
			return offhook_turn_record_fields[f].name;
	g_return_val_if_reached(NULL);
}

double
offhook_turn_times_record_get(const OffhookTurnTimesRecord *self, guint i)
{
	g_return_val_if_fail(i < OFFHOOK_TURN_TIMES_RECORD_N, -1);

	return ((const double *)self)[i];
}

/* Not a table: rows of sums. */
static const OffhookField offhook_cost_record_fields[] = {
	WORD(OffhookCostRecord, assistant, REQUIRED),
	FIELD(OffhookCostRecord, cost, FIGURE),
};

static const OffhookField offhook_recording_record_fields[] = {
	ID(OffhookRecordingRecord, id, REQUIRED),
	ID(OffhookRecordingRecord, call_id, REQUIRED),
	PATH(OffhookRecordingRecord, path, REQUIRED),
	WORD(OffhookRecordingRecord, format, REQUIRED),
	FIELD(OffhookRecordingRecord, started_us, TIME, .flags = REQUIRED),
	FIELD(OffhookRecordingRecord, duration_ms, LENGTH),
	CHOICE(OffhookRecordingRecord, status, offhook_store_recording_statuses),
};

/* Not tables, either. */
static const OffhookField offhook_holding_record_fields[] = {
	ID(OffhookHoldingRecord, call_id, REQUIRED),
	WORD(OffhookHoldingRecord, driver, REQUIRED),
	PATH(OffhookHoldingRecord, path, 0),
	JSON(OffhookHoldingRecord, event),
};

static const OffhookField offhook_row_count_record_fields[] = {
	WORD(OffhookRowCountRecord, table, REQUIRED),
	FIELD(OffhookRowCountRecord, rows, LENGTH),
};

static const OffhookField offhook_receipt_record_fields[] = {
	ID(OffhookReceiptRecord, id, REQUIRED),
	FIELD(OffhookReceiptRecord, at_us, TIME, .flags = REQUIRED),
	WORD(OffhookReceiptRecord, subject, REQUIRED),
	FIELD(OffhookReceiptRecord, receipt, TEXT, .flags = REQUIRED | OFFHOOK_FIELD_JSON,
	      .max_length = OFFHOOK_STORE_MAX_JSON),
	FIELD(OffhookReceiptRecord, removals_left, LENGTH, .flags = KEPT),
	FIELD(OffhookReceiptRecord, removals_done_us, TIME, .flags = KEPT),
};

#define WORDS(record, member, bits)                                                                \
	FIELD(record, member, TEXT, .flags = (bits), .max_length = OFFHOOK_STORE_MAX_JSON)

static const OffhookField offhook_interaction_record_fields[] = {
	ID(OffhookInteractionRecord, id, REQUIRED),
	WORD(OffhookInteractionRecord, user_id, REQUIRED),
	WORD(OffhookInteractionRecord, session_id, 0),
	WORD(OffhookInteractionRecord, agent_type, 0),
	WORDS(OffhookInteractionRecord, input, REQUIRED),
	WORDS(OffhookInteractionRecord, response, 0),
	JSON(OffhookInteractionRecord, metadata),
	FIELD(OffhookInteractionRecord, created_us, TIME, .flags = REQUIRED),
};

static const OffhookField offhook_preferences_record_fields[] = {
	WORD(OffhookPreferencesRecord, user_id, REQUIRED),
	JSON(OffhookPreferencesRecord, preferences),
	FIELD(OffhookPreferencesRecord, updated_us, TIME),
	JSON(OffhookPreferencesRecord, knowledge),
	FIELD(OffhookPreferencesRecord, knowledge_us, TIME),
};

/* As offhook_memory_kind_to_string() says them. */
static const char *const offhook_store_memory_kinds[] = {
	"fact", "summary", "preference", "episode", NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_store_memory_kinds) == OFFHOOK_MEMORY_N_KINDS + 1);

static const OffhookField offhook_memory_record_fields[] = {
	ID(OffhookMemoryRecord, id, REQUIRED),
	WORD(OffhookMemoryRecord, user_id, REQUIRED),
	CHOICE(OffhookMemoryRecord, kind, offhook_store_memory_kinds),
	FIELD_AS(OffhookMemoryRecord, key, "topic", TEXT, .max_length = OFFHOOK_MEMORY_MAX_KEY),
	FIELD_AS(OffhookMemoryRecord, text, "content", TEXT, .flags = REQUIRED,
		 .max_length = OFFHOOK_MEMORY_MAX_TEXT),
	ID(OffhookMemoryRecord, conversation_id, 0),
	FIELD(OffhookMemoryRecord, created_us, TIME, .flags = REQUIRED),
	WORD(OffhookMemoryRecord, model, 0),
	JSON(OffhookMemoryRecord, vector),
};

static const OffhookField offhook_memory_removal_record_fields[] = {
	ID(OffhookMemoryRemovalRecord, id, REQUIRED),
	WORD(OffhookMemoryRemovalRecord, collection, REQUIRED),
};

/* Not a table: rows of one that are compared. */
static const OffhookField offhook_memory_distance_record_fields[] = {
	ID(OffhookMemoryDistanceRecord, id, REQUIRED),
	JSON(OffhookMemoryDistanceRecord, vector),
	FIELD(OffhookMemoryDistanceRecord, distance, FIGURE),
};

/* Not a table: rows of counts. */
static const OffhookField offhook_interaction_count_record_fields[] = {
	WORD(OffhookInteractionCountRecord, agent_type, 0),
	FIELD(OffhookInteractionCountRecord, interactions, COUNT),
	FIELD(OffhookInteractionCountRecord, users, COUNT),
	FIELD(OffhookInteractionCountRecord, sessions, COUNT),
	FIELD(OffhookInteractionCountRecord, last_us, TIME),
};

static const OffhookField offhook_delivery_record_fields[] = {
	ID(OffhookDeliveryRecord, id, REQUIRED),
	WORD(OffhookDeliveryRecord, endpoint, REQUIRED),
	WORD(OffhookDeliveryRecord, node, REQUIRED),
	ID(OffhookDeliveryRecord, call_id, 0),
	FIELD(OffhookDeliveryRecord, position, TIME, .flags = REQUIRED),
	WORD(OffhookDeliveryRecord, type, REQUIRED),
	FIELD(OffhookDeliveryRecord, body, TEXT, .flags = REQUIRED,
	      .max_length = OFFHOOK_STORE_MAX_BODY),
	CHOICE(OffhookDeliveryRecord, status, offhook_store_delivery_statuses),
	FIELD(OffhookDeliveryRecord, attempts, COUNT),
	FIELD(OffhookDeliveryRecord, created_us, TIME, .flags = REQUIRED),
	FIELD(OffhookDeliveryRecord, expires_us, TIME, .flags = REQUIRED),
	FIELD(OffhookDeliveryRecord, next_us, TIME),
	WORDS(OffhookDeliveryRecord, error, 0),
};

static const OffhookField offhook_scheduled_call_record_fields[] = {
	ID(OffhookScheduledCallRecord, id, REQUIRED),
	WORD(OffhookScheduledCallRecord, node, REQUIRED),
	WORD(OffhookScheduledCallRecord, number, REQUIRED),
	WORD(OffhookScheduledCallRecord, assistant, 0),
	WORDS(OffhookScheduledCallRecord, reason, 0),
	ID(OffhookScheduledCallRecord, origin_call_id, 0),
	CHOICE(OffhookScheduledCallRecord, status, offhook_store_scheduled_statuses),
	FIELD(OffhookScheduledCallRecord, at_us, TIME, .flags = REQUIRED),
	FIELD(OffhookScheduledCallRecord, next_us, TIME),
	FIELD(OffhookScheduledCallRecord, attempts, COUNT),
	FIELD(OffhookScheduledCallRecord, max_attempts, COUNT),
	FIELD(OffhookScheduledCallRecord, retry_s, COUNT),
	ID(OffhookScheduledCallRecord, call_id, 0),
	WORDS(OffhookScheduledCallRecord, error, 0),
	FIELD(OffhookScheduledCallRecord, created_us, TIME, .flags = REQUIRED),
};

/* Not a table: rows of counts. */
static const OffhookField offhook_delivery_count_record_fields[] = {
	WORD(OffhookDeliveryCountRecord, endpoint, REQUIRED),
	WORD(OffhookDeliveryCountRecord, status, REQUIRED),
	FIELD(OffhookDeliveryCountRecord, deliveries, COUNT),
	FIELD(OffhookDeliveryCountRecord, oldest_us, TIME),
};

#define RECORD_TYPE(prefix, record, word, sql_table, keys)                                         \
	record *prefix##_copy(const record *self)                                                  \
	{                                                                                          \
		return offhook_record_type_copy(&prefix##_type, self);                             \
	}                                                                                          \
	void prefix##_free(record *self)                                                           \
	{                                                                                          \
		offhook_record_type_free(&prefix##_type, self);                                    \
	}                                                                                          \
	const OffhookRecordType prefix##_type = {                                                  \
		.name = word, .table = sql_table, .size = sizeof(record),                          \
		.fields = prefix##_fields, .n_fields = G_N_ELEMENTS(prefix##_fields),              \
		.n_key = keys, .destroy = (GDestroyNotify)prefix##_free};

RECORD_TYPE(offhook_call_record, OffhookCallRecord, "call", "calls", 1)
RECORD_TYPE(offhook_call_event_record, OffhookCallEventRecord, "event", "call_events", 2)
RECORD_TYPE(offhook_conversation_record, OffhookConversationRecord, "conversation",
	    "conversations", 1)
RECORD_TYPE(offhook_message_record, OffhookMessageRecord, "message", "messages", 1)
RECORD_TYPE(offhook_turn_record, OffhookTurnRecord, "turn", "turns", 2)
RECORD_TYPE(offhook_cost_record, OffhookCostRecord, "cost", "calls", 1)
RECORD_TYPE(offhook_recording_record, OffhookRecordingRecord, "recording", "recordings", 1)
RECORD_TYPE(offhook_holding_record, OffhookHoldingRecord, "holding", "recordings", 1)
RECORD_TYPE(offhook_row_count_record, OffhookRowCountRecord, "count", "calls", 1)
RECORD_TYPE(offhook_receipt_record, OffhookReceiptRecord, "receipt", "receipts", 1)
RECORD_TYPE(offhook_interaction_record, OffhookInteractionRecord, "interaction", "interactions", 1)
RECORD_TYPE(offhook_preferences_record, OffhookPreferencesRecord, "preferences", "preferences", 1)
RECORD_TYPE(offhook_memory_record, OffhookMemoryRecord, "memory", "memories", 1)
RECORD_TYPE(offhook_memory_removal_record, OffhookMemoryRemovalRecord, "removal", "memory_removals", 2)
RECORD_TYPE(offhook_memory_distance_record, OffhookMemoryDistanceRecord, "distance", "memories", 1)
RECORD_TYPE(offhook_interaction_count_record, OffhookInteractionCountRecord, "count",
	    "interactions", 1)
RECORD_TYPE(offhook_delivery_record, OffhookDeliveryRecord, "delivery", "deliveries", 1)
RECORD_TYPE(offhook_scheduled_call_record, OffhookScheduledCallRecord, "scheduled_call",
	    "scheduled_calls", 1)
RECORD_TYPE(offhook_delivery_count_record, OffhookDeliveryCountRecord, "count", "deliveries", 1)
/* clang-format on */
