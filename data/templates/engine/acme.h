/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/engine.h>

G_BEGIN_DECLS

extern const OffhookSetting acme_settings[];

#define ACME_TYPE_ENGINE (acme_engine_get_type())
G_DECLARE_FINAL_TYPE(AcmeEngine, acme_engine, ACME, ENGINE, OffhookEngine)

#define ACME_TYPE_VOICE (acme_voice_get_type())
G_DECLARE_FINAL_TYPE(AcmeVoice, acme_voice, ACME, VOICE, OffhookSynthesizer)

/** @hertz: how high it speaks */
OffhookSynthesizer *acme_voice_new(guint hertz);

G_END_DECLS
