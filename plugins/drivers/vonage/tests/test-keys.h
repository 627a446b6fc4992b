/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A key made for these tests, which signs nothing else. */
#pragma once

#define TEST_KEY_PKCS8                                                                             \
	"-----BEGIN PRIVATE KEY-----\n"                                                            \
	"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCeoyttn550M/Kq\n"                       \
	"rmXMSn3GznOj2NH63tqlGB7km6piHI8gn7hDo1uEdF7i1A+Z22DFYbFOmPAZhKL7\n"                       \
	"/sMLW12P1zVV762XBVuahJnEtFsltnwWF+KweHbeL99+dX0xC+Ji1sA9ccABk1xM\n"                       \
	"Ukb5dk5emk5YEE196l5Am6oWApDGz3HF86o6pPBpg0RUhCDD2qtt8DnW5IAioiXY\n"                       \
	"cqDqvjhj1gcOP73rh/hKJsnIJameH/zLUY7bkBuwF9PEnh0/MYm9M3Fg2uNoK8dN\n"                       \
	"YMRRprx0AXWtAgaorv4jwDrc1UszjUKbosg2G1/RCL3EP95CEuh6L13sA1tW1AdX\n"                       \
	"FR+VmCELAgMBAAECggEAJ9haFx3JgexuXjqRrR9kuiOu3g+epkGFb4RAdjE3OY9s\n"                       \
	"z8fuU2bbnMhR8O1MwdtdUhZ4n4JAhFhRS7Qwr1CSjoeCiQQ7eLxKxuPZb5PRdQaB\n"                       \
	"4la7hJGtYZ9qpmvCNyiCA0tnW8ePb5Xgz/a2hwAVLSPa27m0jRTp+ZZfwUmBrb2V\n"                       \
	"nGfITKSdvcZJjNf/x30wOaTyWG4RMMEdJqPY1MY3PMrSN+U9IDG3gFN29a3WdUJq\n"                       \
	"j2dYEBivXuERGdfZZmJUUJzno3JKSrKhza4P7xPgK/XffluWe7/f302CGBNmm8JW\n"                       \
	"8Y+7im+3hlzJ4Ov7ei1wIMudSl60s4/5EzdQ2wyDYQKBgQDYRN2nZdsy8fLZBmM3\n"                       \
	"2/KmpkTnrjPJDVqm8QJ/iCdhqSrga65iONrJOtSQSkOaiB2QQy7RN6jPpVmpMbaC\n"                       \
	"c17cWxdIkZHD/Qo+lRoQdZWikKaALAHZeXsiFhSCWvQmi3aZ9ejlzb5MT9irC9fu\n"                       \
	"FimfL+CTum1c5okLu8MnkdfS+wKBgQC7x+NBFDHKvgeGtKNhcO9JLgt2h20V99W0\n"                       \
	"MFB1mscMrbp8JNLQ2/wdUH/xWBxQcvsSGagLZJh5AmJ4+PEKeIf4eADwjZB6nXVJ\n"                       \
	"8o0grJb70DHVKvtXosdgFhwLx1uSnyWf1LqhGkIEN0PCEpf8xB6AC39jYViMFM5a\n"                       \
	"/8uFfBYNMQKBgHSzFHhT+ihPbp+1Vqy5vwI2DlCGK+N9lUEoJBT1P2rvgfd/o6XU\n"                       \
	"0Bpt6G3D5R7p/CnwVr8Grcz+iJdIABf8cV+ut62s/18ml/SVOG9RQ+Fo9K+ND6Ju\n"                       \
	"bwdBqud8dOqnruP9UiNPFjTPkTcbOPV8eBEyIJkWrBTJQYJXW0Nq628pAoGBALHj\n"                       \
	"FgGco96wTmjpzqyMU+I7YFiUyl45PZVI/6+pRE9adIMOTzfUbe1HSSzUj14WzonD\n"                       \
	"DFJepaJdA/QdwBpvPD/BTwKS2P+PEoFO6Sq+1PkPrWWHJjtK1RzNVRxDaxhm8zmK\n"                       \
	"SJI9UbS0tdevzZOCJnKecbsviLaLL0E9eQunFSzBAoGAJltxPflZBYhrXhtEJg90\n"                       \
	"ElXXnjPp3e55DP4L3FjA0yA4Fzsv7wC8dfcTlVdkjrKtb7taXLnvnj1mWtv8AhR8\n"                       \
	"Rc2Y7N1zYtGsGAbzNAr4I0dqbDwNMGfW1IN0zdHySm5vAw1KskPisutC/X/CFRdT\n"                       \
	"fj+9d1b3g5FzjF7fR528Nhc=\n"                                                               \
	"-----END PRIVATE KEY-----\n"

#define TEST_KEY_PKCS1                                                                             \
	"-----BEGIN RSA PRIVATE KEY-----\n"                                                        \
	"MIIEowIBAAKCAQEAnqMrbZ+edDPyqq5lzEp9xs5zo9jR+t7apRge5JuqYhyPIJ+4\n"                       \
	"Q6NbhHRe4tQPmdtgxWGxTpjwGYSi+/7DC1tdj9c1Ve+tlwVbmoSZxLRbJbZ8Fhfi\n"                       \
	"sHh23i/ffnV9MQviYtbAPXHAAZNcTFJG+XZOXppOWBBNfepeQJuqFgKQxs9xxfOq\n"                       \
	"OqTwaYNEVIQgw9qrbfA51uSAIqIl2HKg6r44Y9YHDj+964f4SibJyCWpnh/8y1GO\n"                       \
	"25AbsBfTxJ4dPzGJvTNxYNrjaCvHTWDEUaa8dAF1rQIGqK7+I8A63NVLM41Cm6LI\n"                       \
	"Nhtf0Qi9xD/eQhLoei9d7ANbVtQHVxUflZghCwIDAQABAoIBACfYWhcdyYHsbl46\n"                       \
	"ka0fZLojrt4PnqZBhW+EQHYxNzmPbM/H7lNm25zIUfDtTMHbXVIWeJ+CQIRYUUu0\n"                       \
	"MK9Qko6HgokEO3i8Ssbj2W+T0XUGgeJWu4SRrWGfaqZrwjcoggNLZ1vHj2+V4M/2\n"                       \
	"tocAFS0j2tu5tI0U6fmWX8FJga29lZxnyEyknb3GSYzX/8d9MDmk8lhuETDBHSaj\n"                       \
	"2NTGNzzK0jflPSAxt4BTdvWt1nVCao9nWBAYr17hERnX2WZiVFCc56NySkqyoc2u\n"                       \
	"D+8T4Cv1335blnu/399NghgTZpvCVvGPu4pvt4ZcyeDr+3otcCDLnUpetLOP+RM3\n"                       \
	"UNsMg2ECgYEA2ETdp2XbMvHy2QZjN9vypqZE564zyQ1apvECf4gnYakq4GuuYjja\n"                       \
	"yTrUkEpDmogdkEMu0Teoz6VZqTG2gnNe3FsXSJGRw/0KPpUaEHWVopCmgCwB2Xl7\n"                       \
	"IhYUglr0Jot2mfXo5c2+TE/YqwvX7hYpny/gk7ptXOaJC7vDJ5HX0vsCgYEAu8fj\n"                       \
	"QRQxyr4HhrSjYXDvSS4LdodtFffVtDBQdZrHDK26fCTS0Nv8HVB/8VgcUHL7Ehmo\n"                       \
	"C2SYeQJiePjxCniH+HgA8I2Qep11SfKNIKyW+9Ax1Sr7V6LHYBYcC8dbkp8ln9S6\n"                       \
	"oRpCBDdDwhKX/MQegAt/Y2FYjBTOWv/LhXwWDTECgYB0sxR4U/ooT26ftVasub8C\n"                       \
	"Ng5QhivjfZVBKCQU9T9q74H3f6Ol1NAabehtw+Ue6fwp8Fa/Bq3M/oiXSAAX/HFf\n"                       \
	"rretrP9fJpf0lThvUUPhaPSvjQ+ibm8HQarnfHTqp67j/VIjTxY0z5E3Gzj1fHgR\n"                       \
	"MiCZFqwUyUGCV1tDautvKQKBgQCx4xYBnKPesE5o6c6sjFPiO2BYlMpeOT2VSP+v\n"                       \
	"qURPWnSDDk831G3tR0ks1I9eFs6JwwxSXqWiXQP0HcAabzw/wU8Cktj/jxKBTukq\n"                       \
	"vtT5D61lhyY7StUczVUcQ2sYZvM5ikiSPVG0tLXXr82TgiZynnG7L4i2iy9BPXkL\n"                       \
	"pxUswQKBgCZbcT35WQWIa14bRCYPdBJV154z6d3ueQz+C9xYwNMgOBc7L+8AvHX3\n"                       \
	"E5VXZI6yrW+7Wly57549Zlrb/AIUfEXNmOzdc2LRrBgG8zQK+CNHamw8DTBn1tSD\n"                       \
	"dM3R8kpubwMNSrJD4rLrQv1/whUXU34/vXdW94ORc4xe30edvDYX\n"                                   \
	"-----END RSA PRIVATE KEY-----\n"

#define TEST_KEY_PUBLIC                                                                            \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAnqMrbZ+edDPyqq5lzEp9\n"                       \
	"xs5zo9jR+t7apRge5JuqYhyPIJ+4Q6NbhHRe4tQPmdtgxWGxTpjwGYSi+/7DC1td\n"                       \
	"j9c1Ve+tlwVbmoSZxLRbJbZ8FhfisHh23i/ffnV9MQviYtbAPXHAAZNcTFJG+XZO\n"                       \
	"XppOWBBNfepeQJuqFgKQxs9xxfOqOqTwaYNEVIQgw9qrbfA51uSAIqIl2HKg6r44\n"                       \
	"Y9YHDj+964f4SibJyCWpnh/8y1GO25AbsBfTxJ4dPzGJvTNxYNrjaCvHTWDEUaa8\n"                       \
	"dAF1rQIGqK7+I8A63NVLM41Cm6LINhtf0Qi9xD/eQhLoei9d7ANbVtQHVxUflZgh\n"                       \
	"CwIDAQAB\n"                                                                               \
	"-----END PUBLIC KEY-----\n"
