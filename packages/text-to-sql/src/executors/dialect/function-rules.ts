/** The functions of MariaDB that a query may call: how many arguments, what they give, and as what SQLite knows them. */
import type { ValueType } from './scope.ts';

export interface FunctionRule {
  least: number;
  most: number;
  /** `common`: that of the arguments; `first`: that of the first one. */
  type: ValueType | 'common' | 'first';
  /** SQLite's own function, or one of ours (my_…). */
  sqlite: string;
  kind: 'plain' | 'aggregate' | 'window';
  /** Part of MariaDB's grammar: another number of arguments is a syntax error. */
  grammatical: boolean;
}

/** Name, number of arguments, type, and what SQLite calls it where that differs; ! marks what is part of the grammar. */
const plain = `
ABS 1 number; ACOS 1 number; ASCII! 1 integer my_ascii; ASIN 1 number; ATAN 1-2 number my_atan; ATAN2 2 number; BIN 1 text my_bin
BIT_COUNT 1 integer my_bit_count; BIT_LENGTH 1 integer my_bit_length; CEIL 1 number; CEILING 1 number
CHARACTER_LENGTH 1 integer length; CHAR_LENGTH 1 integer length; CHR 1 text char; COALESCE! 1-99 common; CONCAT_WS 2-99 text my_concat_ws
CONV 3 text my_conv; COS 1 number; COT 1 number my_cot; CRC32 1-2 integer my_crc32; DATE! 1 text my_date; DATEDIFF 2 integer my_datediff
DATE_FORMAT 2-3 text my_date_format; DAY! 1 integer my_day; DAYNAME 1 text my_dayname; DAYOFMONTH 1 integer my_day
DAYOFWEEK 1 integer my_dayofweek; DAYOFYEAR 1 integer my_dayofyear; DEGREES 1 number; ELT 2-99 text my_elt; EXP 1 number
FIELD 2-99 integer my_field; FIND_IN_SET 2 integer my_find_in_set; FLOOR 1 number; FORMAT! 2-3 text my_format
FROM_DAYS 1 text my_from_days; GREATEST 2-99 common my_greatest; HEX 1 text my_hex; HOUR! 1 integer my_hour; IF! 3 common
IFNULL 2 common; INSERT! 4 text my_insert; INSTR 2 integer my_instr; INTERVAL! 2-99 integer my_interval; LAST_DAY 1 text my_last_day
LCASE 1 text my_lower; LEAST 2-99 common my_least; LEFT! 2 text my_left; LENGTH 1 integer my_length; LN 1 number my_ln
LOCATE 2-3 integer my_locate; LOG 1-2 number my_log; LOG10 1 number my_log10; LOG2 1 number my_log2; LOWER 1 text my_lower
LPAD 2-3 text my_lpad; LTRIM 1 text; MAKEDATE 2 text my_makedate; MAKETIME 3 text my_maketime; MICROSECOND! 1 integer my_microsecond
MID! 3 text my_substr; MINUTE! 1 integer my_minute; MOD! 2 number my_mod; MONTH! 1 integer my_month; MONTHNAME 1 text my_monthname
NULLIF 2 first; NVL 2 common ifnull; NVL2 3 common my_nvl2; OCT 1 text my_oct; OCTET_LENGTH 1 integer my_length; ORD 1 integer my_ord
PERIOD_ADD 2 integer my_period_add; PERIOD_DIFF 2 integer my_period_diff; PI 0 number; POW 2 number my_pow; POWER 2 number my_pow
QUARTER! 1 integer my_quarter; QUOTE 1 text my_quote; RADIANS 1 number; REGEXP_INSTR 2 integer my_regexp_instr
REGEXP_REPLACE 3 text my_regexp_replace; REGEXP_SUBSTR 2 text my_regexp_substr; REPEAT! 2 text my_repeat; REPLACE! 3 text
REVERSE 1 text my_reverse; RIGHT! 2 text my_right; ROUND 1-2 number my_round; RPAD 2-3 text my_rpad; RTRIM 1 text
SECOND! 1 integer my_second; SEC_TO_TIME 1 text my_sec_to_time; SIGN 1 integer; SIN 1 number; SOUNDEX 1 text my_soundex
SPACE 1 text my_space; SQRT 1 number; STRCMP 2 integer my_strcmp; STR_TO_DATE 2 text my_str_to_date
SUBSTRING_INDEX 3 text my_substring_index; TAN 1 number; TIME! 1 text my_time; TIMEDIFF 2 text my_timediff; TIMESTAMP! 1-2 text my_timestamp
TIME_TO_SEC 1 integer my_time_to_sec; TO_DAYS 1 integer my_to_days; TRUNCATE! 2 number my_truncate; UCASE 1 text my_upper
UNHEX 1 text my_unhex; UPPER 1 text my_upper; WEEK! 1-2 integer my_week; WEEKDAY 1 integer my_weekday; WEEKOFYEAR 1 integer my_weekofyear
YEAR! 1 integer my_year; YEARWEEK 1-2 integer my_yearweek`;

const aggregates = `
AVG! 1 number; BIT_AND! 1 integer my_bit_and; BIT_OR! 1 integer my_bit_or; BIT_XOR! 1 integer my_bit_xor; MAX! 1 first; MIN! 1 first
STD! 1 number my_std; STDDEV! 1 number my_std; STDDEV_POP! 1 number my_std; STDDEV_SAMP! 1 number my_stddev_samp; SUM! 1 number
VARIANCE! 1 number my_variance; VAR_POP! 1 number my_variance; VAR_SAMP! 1 number my_var_samp`;

const windows = `
CUME_DIST! 0 number; DENSE_RANK! 0 integer; FIRST_VALUE! 1 first; LAG! 1-2 first; LAST_VALUE! 1 first; LEAD! 1-2 first
NTH_VALUE! 2 first; NTILE! 1 integer; PERCENT_RANK! 0 number; RANK! 0 integer; ROW_NUMBER! 0 integer`;

function* rules(lines: string, kind: FunctionRule['kind']): Generator<[string, FunctionRule]> {
  for (const line of lines.trim().split(/[;\n]\s*/)) {
    const [name = '', count = '', type = '', sqlite] = line.trim().split(' ');
    const [least = 0, most = least] = count.split('-').map(Number);
    const own = name.replace('!', '');
    const rule = { least, most, type: type as FunctionRule['type'], sqlite: sqlite ?? own, kind };
    yield [own, { ...rule, grammatical: name.endsWith('!') }];
  }
}

export const functionRules: ReadonlyMap<string, FunctionRule> = new Map([
  ...rules(plain, 'plain'),
  ...rules(aggregates, 'aggregate'),
  ...rules(windows, 'window'),
]);
