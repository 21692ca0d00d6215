//! The misconceptions behind the wrong options. Each has a short name and what the student probably did.

/// A wrong way of thinking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idea {
    /// Its short name.
    pub name: &'static str,
    /// What the student probably did.
    pub explanation: &'static str,
}

macro_rules! ideas {
    ($($(#[$doc:meta])* $constant:ident: $name:literal, $explanation:literal;)*) => {
        $($(#[$doc])* pub const $constant: Idea = Idea { name: $name, explanation: $explanation };)*
    };
}

ideas! {
    /// 2/5 + 1/5 = 3/10.
    ADDS_ACROSS: "adds across", "Added the numerators and added the denominators.";
    /// 4/5 − 1/3 = 3/2.
    SUBTRACTS_ACROSS: "subtracts across", "Subtracted the numerators and subtracted the denominators.";
    /// 1/2 + 1/3 = 2/3.
    KEEPS_A_DENOMINATOR: "keeps one denominator", "Worked with the numerators and kept one of the denominators without renaming.";
    /// 1/2 + 1/3 = 2/6.
    RENAMES_HALFWAY: "renames only the denominator", "Found a common denominator but did not change the numerators.";
    /// 3 shaded, 5 not: 3/5.
    PART_TO_PART: "compares part with part", "Compared the shaded parts with the unshaded parts, not with all parts.";
    /// 5/8 for 3/8.
    COUNTS_THE_REST: "counts the other parts", "Counted the parts that are not asked for.";
    /// 8/3 for 3/8.
    TURNS_OVER: "turns the fraction over", "Exchanged the numerator and the denominator.";
    /// One too many or too few.
    COUNTS_ONE_OFF: "counts one off", "Counted one part or step too many or too few.";
    /// Counts marks, not spaces.
    COUNTS_MARKS: "counts marks, not spaces", "Counted the marks on the line, with the one at zero, and not the spaces.";
    /// Takes the number of the step for the number.
    READS_STEPS_AS_WHOLES: "reads steps as whole numbers", "Counted the steps and took the count for the number.";
    /// Any cut makes fourths.
    IGNORES_EQUAL_SIZE: "ignores the size of the parts", "Counted the parts without checking that they have the same size.";
    /// 1/8 > 1/6.
    LARGER_DENOMINATOR: "larger denominator, larger fraction", "Took the fraction with the larger denominator for the larger one.";
    /// 3/7 > 2/3.
    LARGER_NUMBERS: "larger numbers, larger fraction", "Compared numerators or denominators as if they were whole numbers.";
    /// 5/6 = 7/8.
    COMPARES_GAPS: "compares the gap to the whole", "Compared how many parts are missing, not how large they are.";
    /// 2/3 = 4/5.
    ADDS_TO_BOTH: "adds the same to both", "Added the same number to the numerator and to the denominator.";
    /// 2/3 = 4/3.
    SCALES_ONE_PART: "changes only one part", "Multiplied or divided only the numerator or only the denominator.";
    /// 3/4 = 12/12.
    COPIES_A_NUMBER: "copies a number", "Used a number of the question as the answer.";
    /// 4 × 2/3 = 8/12.
    MULTIPLIES_BOTH: "multiplies both parts", "Multiplied the numerator and the denominator by the whole number.";
    /// 4 × 2/3 = 4 2/3.
    JOINS_NUMBERS: "writes the numbers side by side", "Put the whole number and the fraction together as a mixed number.";
    /// Adds instead of multiplying.
    ADDS_INSTEAD: "adds instead of multiplying", "Added the numbers; the question asks for a product.";
    /// 2/3 × 3/4 with cross products.
    CROSS_MULTIPLIES: "multiplies crosswise", "Multiplied each numerator by the other denominator.";
    /// 1/3 ÷ 4 = 4/3.
    MULTIPLIES_INSTEAD: "multiplies instead of dividing", "Multiplied the numbers; the question asks for a quotient.";
    /// Inverts the wrong one.
    TURNS_THE_FIRST_OVER: "turns over the wrong fraction", "Turned over the number that is divided, not the one it is divided by.";
    /// Division makes smaller.
    DIVISION_MAKES_SMALLER: "expects division to make smaller", "Expected a quotient to be smaller than the number that is divided.";
    /// Multiplication makes bigger.
    MULTIPLICATION_MAKES_BIGGER: "expects multiplication to make bigger", "Expected a product to be larger than its factors.";
    /// 3 ÷ 4 = 4/3.
    DIVIDES_LARGER_BY_SMALLER: "always divides the larger number", "Divided the larger number by the smaller one.";
    /// 3 1/4 − 1 3/4 = 2 2/4.
    SMALLER_FROM_LARGER: "takes the smaller from the larger", "Subtracted the smaller fraction from the larger one, whichever came first.";
    /// 1 from the whole became 10 parts.
    REGROUPS_AS_TEN: "trades one whole for ten parts", "Traded one whole for ten parts, as with whole numbers.";
    /// Forgets that one whole was traded.
    FORGETS_THE_TRADE: "forgets the trade", "Traded one whole for parts but did not take it from the whole number.";
    /// Forgets the new whole.
    FORGETS_THE_NEW_WHOLE: "forgets the new whole", "Left out the whole that the parts make together.";
    /// Ignores the fractions or the wholes.
    IGNORES_THE_WHOLES: "ignores the whole numbers", "Worked with the fractions and left the whole numbers out.";
    /// Adds where to subtract.
    WRONG_OPERATION: "uses the other operation", "Added where the question asks to subtract, or the other way round.";
    /// 0.7 = 7/100.
    WRONG_PLACE: "uses the wrong place", "Mixed up tenths and hundredths.";
    /// 3/4 = 3.4.
    BAR_AS_POINT: "writes a point for the fraction bar", "Wrote the two numbers with a decimal point between them.";
    /// 0.35 > 0.4.
    LONGER_IS_LARGER: "longer decimal, larger number", "Took the decimal with more digits for the larger one.";
    /// 0.45 < 0.4 as hundredths are small.
    SHORTER_IS_LARGER: "shorter decimal, larger number", "Thought that hundredths are always smaller than tenths.";
    /// 3/10 + 4/100 = 7/100.
    ADDS_UNLIKE_UNITS: "adds tenths to hundredths", "Added the numerators as if tenths and hundredths were the same size.";
    /// −5 > −3.
    IGNORES_THE_SIGN: "ignores the sign", "Compared the numbers without their signs.";
    /// −3 read as 3.
    WRONG_SIDE_OF_ZERO: "wrong side of zero", "Counted on the other side of zero.";
    /// |−4| = −4.
    KEEPS_THE_SIGN: "keeps the sign", "Took the absolute value for the number itself.";
    /// Subtracts absolute values when crossing zero.
    STOPS_AT_ZERO: "subtracts across zero", "Subtracted the two sizes although zero lies between the numbers.";
    /// Stops after a step.
    STOPS_EARLY: "stops after the first step", "Answered with the result of the first step.";
    /// 1/n instead of m/n.
    SHARES_ONE_ONLY: "shares only one", "Shared one whole and forgot the others.";
    /// Gives whole-number count.
    COUNTS_PARTS_ONLY: "gives the count of parts", "Gave the number of parts, without saying how large they are.";
    /// The whole is one part more than it is.
    MIXES_WHOLE_AND_PART: "mixes up part and whole", "Took the part for the whole, or the whole for the part.";
    /// Guess the whole number between.
    WRONG_WHOLE: "counts a whole too many or too few", "Counted the parts rightly but started from the wrong whole number.";
    /// 2/5 + 3/5 = 6/5.
    MULTIPLIES_NUMERATORS: "multiplies the numerators", "Multiplied the numerators; the question asks for a sum.";
    /// Half of 3/8 is 6/8.
    DOUBLES: "doubles instead of halving", "Multiplied by two where the question asks for one half.";
    /// 0.3 = 1/3.
    DIGITS_AS_DENOMINATOR: "takes the digits for the denominator", "Took the digits after the decimal point for the denominator.";
    /// 12/4 = 8.
    SUBTRACTS_INSTEAD: "subtracts instead of dividing", "Took one number of the fraction from the other.";
    /// 3/4 of the way to the next whole.
    WRONG_BENCHMARK: "compares with the wrong number", "Did not see which of 0, one half and 1 is nearest.";
    /// Looks at one number of each fraction.
    ONE_NUMBER_ONLY: "looks at one number only", "Looked only at the numerators, or only at the denominators.";
    /// Reason does not support.
    TRUE_BUT_NO_REASON: "gives a reason that does not decide", "Chose a statement about the numbers that does not decide the question.";
    /// Wrong reason overall.
    FALSE_REASON: "gives a false reason", "Chose a statement that is not true for these numbers.";
}
