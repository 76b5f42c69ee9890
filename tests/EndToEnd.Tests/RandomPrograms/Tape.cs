namespace Recurve.EndToEnd.Tests.RandomPrograms;

/// <summary>Choices read off a list of random numbers: FsCheck draws (and could shrink) the list, the decoder makes a program of it.</summary>
sealed class Tape(int[] numbers)
{
    int position;

    /// <summary>A number in [0, count); 0 once the tape is used up, so that every decoding ends.</summary>
    public int Next(int count) => position < numbers.Length ? numbers[position++] % count : 0;

    /// <summary>One of the items.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>True in one of <paramref name="count"/> cases.</summary>
    public bool OneIn(int count) => Next(count) == 1;
}
